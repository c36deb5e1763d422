"""The picture that stands for a page when its address is shared, or a search engine shows it."""

from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static

from core.images import SHAPES
from core.models import SiteSettings

MADE = "share.png"  # below the address of a page; `courses` makes it, as it has the typesetting
WIDTH, HEIGHT = 1200, 630


def picture_of(page):
    """{url, width, height, alt}: the one that staff chose, else one with the title or the days.

    Without a page that readers can see, our mark.
    """
    name = SiteSettings.current().institute_name
    image = getattr(page, "share_image", None)
    if image is not None:
        shown = image.get_rendition(SHAPES["share"].fallback())
        url = urljoin(settings.SITE_URL, shown.url)
        return {"url": url, "width": shown.width, "height": shown.height, "alt": shown.alt}
    mark = {"width": WIDTH, "height": HEIGHT, "alt": name}
    parts = page.get_url_parts() if getattr(page, "live", False) else None
    if parts is None:
        return mark | {"url": urljoin(settings.SITE_URL, static("img/share.png"))}
    # Whoever kept the picture of a page fetches a new one once the page was published anew.
    published = int(page.last_published_at.timestamp()) if page.last_published_at else 0
    url = f"{settings.SITE_URL}{parts[2]}{MADE}?v={published}"
    return mark | {"url": url, "alt": f"{page.title}, {name}"}
