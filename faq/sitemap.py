"""The page with questions changes with its questions, also when one leaves."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from wagtail.models import ModelLogEntry

from core.sitemap import changes_with, move_forward
from faq.models import FaqPage, FaqQuestion

GONE = ("wagtail.delete", "wagtail.unpublish", "wagtail.unpublish.scheduled")


@changes_with
def questions_on_pages(pages, changed):
    own = [page for page in pages if isinstance(page, FaqPage)]
    if not own:
        return
    edited = dict(
        FaqQuestion.objects.order_by()
        .values("locale")
        .annotate(last=Max("last_published_at"))
        .values_list("locale", "last")
    )
    removed = ModelLogEntry.objects.filter(
        action__in=GONE,
        content_type=ContentType.objects.get_for_model(FaqQuestion),
    ).aggregate(last=Max("timestamp"))["last"]
    for page in own:
        move_forward(changed, page, [edited.get(page.locale_id), removed])
