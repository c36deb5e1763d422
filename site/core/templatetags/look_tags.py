"""Tags for presentation only: icons, form errors, the current menu item."""

from html import unescape

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info

from core import languages, phones, sharing

register = template.Library()

HOME_DEPTH = 2
LONGEST_TITLE = 60

STATE_ICONS = {
    "many": "free",
    "few": "few",
    "full": "full",
    "not_yet_open": "soon",
    "closed": "closed",
    "called_off": "off",
    "past": "past",
}


@register.simple_tag
def icon(name, classname=""):
    """An icon from svg/icons.svg, hidden from screen readers: the text beside it says the same."""
    return format_html(
        '<svg class="icon {}" width="20" height="20" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"/></svg>',
        classname,
        static("svg/icons.svg"),
        name,
    )


@register.simple_tag
def state_icon(availability):
    return icon(STATE_ICONS.get(getattr(availability, "value", availability), "info"))


@register.simple_tag
def form_errors(form):
    """[{target, text}] in field order; errors of the form as a whole come first, without target."""
    if not form.is_bound:
        return []
    errors = [{"target": "", "text": text} for text in form.non_field_errors()]
    for field in form:
        errors += [{"target": first_control(field), "text": text} for text in field.errors]
    return errors


@register.simple_tag
def ready_to_type(form, is_all_there_is=False):
    """The fields of an account page, with autofocus on the one to type in.

    Placeholders, which repeat the label, are removed. If the page holds more than this form, only a
    field with an error gets autofocus, so that people read from the top.
    """
    fields = list(form)
    for field in fields:
        field.field.widget.attrs.pop("placeholder", None)
        if not str(field.help_text).strip():  # an empty lazy string is true
            field.help_text = ""
    wrong = [field for field in fields if field.errors]
    typed_in = [field for field in fields if not field.is_hidden]
    if focused := wrong or (typed_in if is_all_there_is else []):
        focused[0].field.widget.attrs["autofocus"] = True
    return fields


@register.filter
def first_control(field):
    """The id that a link to this field must point to: in a group, that of its first choice."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.simple_tag
def current(target, page):
    """The aria-current attribute of a menu link to the current page or a page above it."""
    path = getattr(page, "path", "")
    if not path or not path.startswith(target.path):
        return ""
    if path == target.path:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"') if target.depth > HOME_DEPTH else ""


@register.filter
def own_name(language):
    """The name of a language in that language: Nederlands, English."""
    return get_language_info(language)["name_local"].capitalize()


register.filter(languages.home_path)
register.filter(languages.open_graph_locale)


@register.simple_block_tag
def with_brand(content, brand):
    """The title of a page with the name of the site behind it, unless that gets too long.

    Search engines show about 60 characters, and set the name of the site above every result.
    """
    title = " ".join(content.split())
    longer = f"{title} | {brand}"
    return mark_safe(longer if len(unescape(longer)) <= LONGEST_TITLE else title)  # noqa: S308


@register.filter
def tel(number):
    """A telephone number for a tel: link, without spaces, words and “(0)”."""
    return phones.dialled(number)


register.simple_tag(sharing.picture_of, name="share_image")
