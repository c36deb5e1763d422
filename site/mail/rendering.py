"""Turn a mail text with placeholders into a subject, plain text and an HTML document."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from wagtail.rich_text import expand_db_html

from core.models import SiteSettings
from mail.dressing import dressed
from mail.filling import filled
from mail.placeholders import fill
from mail.plain_text import as_text

SIGNATURE = "-- "
SUBJECT_LENGTH = 250


@dataclass(frozen=True)
class RenderedMail:
    subject: str
    text: str
    html: str


def render(*, subject, body, values, language, institute=None) -> RenderedMail:
    """Fill and lay out a text. Pass `institute` to look it up only once for many mails."""
    values = {name: _printable(value) for name, value in values.items()}
    with translation.override(language):
        subject = one_line(fill(subject, values))[:SUBJECT_LENGTH]
        content = filled(expand_db_html(rich_text(body)), values)
        button = content.select_one("p.button a")
        context = {
            "subject": subject,
            "language": language,
            "institute": institute or find_institute(),
            "site_url": settings.SITE_URL,
            "site_name": re.sub(r"^https?://|/$", "", settings.SITE_URL),
        }
        text = render_to_string(
            "mail/message.txt",
            {**context, "content": mark_safe(as_text(content))},  # noqa: S308 not HTML
        )
        context["button_address"] = button["href"] if button else ""
        html = render_to_string(
            "mail/message.html",
            {**context, "content": mark_safe(dressed(content))},  # noqa: S308 built from escaped nodes
        )
    return RenderedMail(subject, tidy(text), html)


def rich_text(body) -> str:
    """The body as HTML: a default may be plain text with an empty line between paragraphs.

    <br> is closed, because the editor of the CMS cannot read one that is not.
    """
    return body if "<" in body else linebreaks(body, autoescape=True).replace("<br>", "<br/>")


def expanded(body, language) -> str:
    """The body as HTML with the addresses of its links in this language; placeholders stay."""
    with translation.override(language):
        return expand_db_html(rich_text(body))


def one_line(text) -> str:
    """Replace line breaks and other control characters by spaces: a header may hold none."""
    printable = "".join(" " if _is_control(character) else character for character in str(text))
    return " ".join(printable.split())


def tidy(text) -> str:
    """Without trailing spaces, with at most one empty line in a row, ending in one newline.

    Only the line before a signature keeps its space (RFC 3676): by it mail programs know what not
    to quote.
    """
    lines = (line.rstrip() for line in text.splitlines())
    text = "\n".join(SIGNATURE if line == SIGNATURE.rstrip() else line for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _printable(value):
    # PostgreSQL refuses null characters; other control characters are invisible.
    return "".join(c for c in str(value) if c in "\n\t" or not _is_control(c))


def _is_control(character):
    return ord(character) < 32 or ord(character) == 127 or character in "\u0085\u2028\u2029"


def find_institute():
    return SiteSettings.current()
