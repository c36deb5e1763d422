"""/llms.txt: what the site has to offer, for programs that read it on somebody's behalf.

See llmstxt.org: a title, a line, and lists of links in Markdown.
"""

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language_info, override
from django.views.decorators.http import require_safe
from wagtail.models import Page

from core.models import SiteSettings
from core.templatetags.core_tags import site_texts
from courses.documents import feeds
from courses.models import CourseIndexPage, CoursePage
from home.models import HomePage

SECONDS = 3600


@require_safe
def llms_txt(request):
    with override(settings.LANGUAGE_CODE):
        lines = [f"# {SiteSettings.current().institute_name}", "", f"> {site_texts().tagline}"]
    overviews = CourseIndexPage.objects.live().public().order_by("path")
    for home in HomePage.objects.live().public().order_by("path").select_related("locale"):
        code = home.locale.language_code
        lines += ["", f"## {get_language_info(code)['name_local'].capitalize()}", ""]
        lines += [_line(page) for page in _main_pages(home)]
        for overview in overviews.filter(locale=home.locale):
            lines += [f"- [{kind}]({url})" for kind, url in feeds.addresses(overview)]
    lines += ["", "## Sitemap", "", f"- [sitemap.xml]({settings.SITE_URL}/sitemap.xml)", ""]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=SECONDS)
    return response


def _main_pages(home):
    """The pages right below the home page, and the courses, as far as they are in its language."""
    below = Page.objects.descendant_of(home, inclusive=True).live().public().order_by("path")
    main = below.filter(depth__lte=home.depth + 1) | below.type(CoursePage)
    return [page for page in main.specific() if not page.foreign_language]


def _line(page):
    told = " ".join(page.meta_description.split())
    return f"- [{page.title}]({page.canonical_url})" + (f": {told}" if told else "")
