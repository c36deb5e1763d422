"""The picture of a page for when somebody shares its address."""

from django.views.decorators.http import require_safe

from courses.documents import share_pictures
from courses.models import CourseEventPage
from courses.reading import events
from courses.views.public_files import answer, page_or_404

HOME_DEPTH = 2


@require_safe
def share_picture(request, path):
    """Answer `share.png` below the address of a page."""
    page = page_or_404(request, path)
    if isinstance(page, CourseEventPage):
        words = share_pictures.of_event(events.of_page(page))
    else:
        parent = page.get_parent() if page.depth > HOME_DEPTH + 1 else None
        words = share_pictures.of_page(page, above=parent.title if parent else "")
    content, name = share_pictures.picture(words, page.locale.language_code)
    return answer(request, content, "image/png", etag=name)
