import json

from django import template
from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from wagtail.models import Locale

from core import retention, structured_data, translations
from core.images import SHAPES
from core.models import SiteSettings, SiteTexts
from core.once import cached

register = template.Library()

JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def site_settings():
    """The facts about the institute."""
    return SiteSettings.current()


@register.simple_tag(takes_context=True)
def site_texts(context=None):
    """Tagline, menu and footer in the current language, else in the source language.

    In a preview for staff those that they are writing.
    """
    if previewed := (context or {}).get("previewed_texts"):
        return previewed
    return cached(f"texts-{get_language()}", _find_texts)


@register.simple_tag
def menu_links(stream):
    """[{page, url, text}] of the published pages in a menu, in the current language."""
    # By what is in it: a draft that staff look at is another menu, with the same ids.
    content = json.dumps(list(stream.raw_data), sort_keys=True, default=str)
    return cached(f"menu-{get_language()}-{content}", lambda: _links(stream))


def _links(stream):
    links = []
    for block in stream:
        page = block.value["page"]
        page = page.localized if page else None
        if page and page.live:
            links.append(
                {"page": page, "url": page.url, "text": block.value["label"] or page.title}
            )
    return links


@register.simple_tag
def json_ld(objects, page=None):
    """The script element with these JSON-LD objects, the videos of their page and the way to it.

    See `BasePage.structured_data`.
    """
    objects = [*objects, *structured_data.videos(page)]
    if above := breadcrumbs(page):
        objects.append(structured_data.breadcrumbs(above, page))
    if not objects:
        return ""
    graph = {"@context": "https://schema.org", "@graph": objects}
    text = json.dumps(graph, ensure_ascii=False, default=str).translate(JSON_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  escaped


@register.simple_tag(takes_context=True)
def language_ways(context, page):
    """The links of the language switch."""
    return translations.language_links(page, context.get("request"))


@register.simple_tag
def alternates(page, path):
    """[(hreflang, absolute address)] of a page; `x-default` is its source language."""
    found = translations.readable_in(page, path)
    source = [("x-default", url) for code, url in found if code == settings.LANGUAGE_CODE]
    return [*found, *source]


@register.simple_tag
def breadcrumbs(page):
    """The published pages above this one, home page first."""
    if page is None or not getattr(page, "pk", None):
        return []
    if (above := getattr(page, "pages_above", None)) is None:  # found by home.HomePage.route
        above = page.get_ancestors().filter(depth__gte=2)
    return [ancestor for ancestor in above if ancestor.live]


@register.inclusion_tag("core/components/picture.html")
def picture(image, shape, alt=None, classname="", eager=False):
    """An image in one of the shapes of `core.images`, whose renditions exist already."""
    plan = SHAPES[shape]
    renditions = image.get_renditions(*[spec for _w, spec in plan.filters()], plan.fallback())
    return {
        "sources": [(renditions[spec], width) for width, spec in plan.filters()],
        "fallback": renditions[plan.fallback()],
        "sizes": plan.sizes,
        "alt": image.default_alt_text if alt is None else alt,
        "classname": classname,
        "eager": eager,
    }


@register.simple_tag(takes_context=True)
def allow_video(context):
    """Let this response show a frame of the video's provider, see AdminContentSecurityPolicy."""
    if request := context.get("request"):
        request.shows_video = True
    return ""


@register.simple_tag
def canonical_url(page, path=""):
    """The address on SITE_URL of a page, or of `path` for views without a page."""
    if page is not None and getattr(page, "pk", None):
        own = page.canonical_url
        # A page may have addresses below its own, such as an archive.
        below = path.startswith(own.removeprefix(settings.SITE_URL) or "/")
        return settings.SITE_URL + path if below else own
    return settings.SITE_URL + path


def _find_texts():
    texts = {text.locale.language_code: text for text in SiteTexts.shown.select_related("locale")}
    return (
        texts.get(get_language())
        or texts.get(settings.LANGUAGE_CODE)
        or SiteTexts(locale=Locale.get_default())
    )


@register.simple_tag
def retention_rules():
    """The retention rules about visitors and participants, for the privacy statement."""
    return [rule for rule in retention.rules() if rule.is_public]
