"""Where browsers look for the mark of the site without being told, and its manifest."""

from django.http import JsonResponse
from django.templatetags.static import static
from django.views.generic import RedirectView

from core.models import SiteSettings


class IconView(RedirectView):
    """To the static file of this name, whose address changes with its content."""

    file = ""

    def get_redirect_url(self, *args, **kwargs):
        return static(f"img/{self.file}")


def manifest(request):
    """What a phone shows of the site on its home screen."""
    name = SiteSettings.current().institute_name
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    facts = {
        "name": name,
        "short_name": name,
        "start_url": "/",
        "display": "browser",
        "background_color": "#f7f2e8",
        "theme_color": "#1f4a38",
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")
