"""Turn a mail text with placeholders into a subject, plain text and an HTML document.

Placeholders are filled in parsed text nodes, not in markup: a value can never become a tag, and
a brace in a value is never taken for a placeholder.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from wagtail.rich_text import expand_db_html

from core.models import SiteSettings
from mail.placeholders import PLACEHOLDER, fill, may_hold_address

SIGNATURE = "-- "
SUBJECT_LENGTH = 250
ADDRESS = re.compile(r"https?://\S+")
LINK_TO_PLACEHOLDER = re.compile(r"(?:https?://)?(?:\{|%7B)([a-z][a-z0-9_]*)(?:\}|%7D)/?", re.I)


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
        content = _filled_body(body, values)
        context = {
            "subject": subject,
            "language": language,
            "institute": institute or find_institute(),
            "site_url": settings.SITE_URL,
            "site_name": re.sub(r"^https?://|/$", "", settings.SITE_URL),
        }
        html = render_to_string(
            "mail/message.html",
            {**context, "content": mark_safe(_styled(content))},  # noqa: S308 built from escaped nodes
        )
        text = render_to_string(
            "mail/message.txt",
            {**context, "content": mark_safe(as_text(content))},  # noqa: S308 not HTML
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


def _filled_body(body, values):
    soup = BeautifulSoup(expand_db_html(rich_text(body)), "html.parser")
    for link in soup.find_all("a", href=True):
        _fill_link(link, values)
    for node in list(soup.find_all(string=PLACEHOLDER)):
        _fill_node(soup, node, values)
    for block in soup.find_all(["p", "li"]):
        if not block.get_text(strip=True):
            block.decompose()
    return soup


def _fill_link(link, values):
    placeholder = LINK_TO_PLACEHOLDER.fullmatch(link["href"])
    address = _address_in(placeholder[1], values) if placeholder else link["href"]
    address = address.strip() and urljoin(settings.SITE_URL + "/", address.strip())
    if ADDRESS.fullmatch(address) or address.startswith(("mailto:", "tel:")):
        link.attrs = {"href": address}
    else:
        link.unwrap()


def _address_in(name, values):
    return values.get(name, "") if may_hold_address(name) else ""


def _fill_node(soup, node, values):
    parts = []
    position = 0
    inside_link = node.find_parent("a") is not None
    for match in PLACEHOLDER.finditer(node):
        parts.append(NavigableString(node[position : match.start()]))
        value = values.get(match[1], match[0])
        is_linked = may_hold_address(match[1]) and not inside_link
        parts.extend(_value_nodes(soup, value, is_linked))
        position = match.end()
    parts.append(NavigableString(node[position:]))
    node.replace_with(*[part for part in parts if isinstance(part, Tag) or part])


def _value_nodes(soup, value, is_linked):
    nodes = []
    for number, line in enumerate(value.strip().splitlines()):
        if number:
            nodes.append(soup.new_tag("br"))
        if is_linked and ADDRESS.fullmatch(line):
            nodes.append(soup.new_tag("a", href=line, string=line))
        else:
            nodes.append(NavigableString(line))
    return nodes


def as_text(node) -> str:
    """The plain text of parsed HTML."""
    return "".join(_text_of(child) for child in node.children)


def _text_of(node):
    if isinstance(node, NavigableString):
        return _text_of_string(node)
    if node.name == "br":
        return "\n"
    if node.name == "hr":
        return "\n---\n\n"
    if node.name == "a":
        return _text_of_link(node)
    if node.name in ("ul", "ol"):
        return _text_of_list(node)
    inner = as_text(node)
    if node.name in ("p", "h2", "h3", "h4", "blockquote"):
        return f"{_stripped_lines(inner)}\n\n"
    return inner


def _text_of_string(node):
    between_blocks = not node.strip() and node.parent.name in ("[document]", "ul", "ol")
    if between_blocks or type(node) is not NavigableString:  # a comment is a string too
        return ""
    return re.sub(r"[ \t\n]+", " ", node)


def _text_of_list(node):
    items = []
    for number, item in enumerate(node.find_all("li", recursive=False), start=1):
        mark = f"{number}." if node.name == "ol" else "-"
        inner = _stripped_lines(as_text(item)).replace("\n", "\n" + " " * (len(mark) + 1))
        items.append(f"{mark} {inner}\n")
    return "".join(items) + "\n"


def _text_of_link(node):
    # An address gets a line of its own, so that every mail program finds its end.
    words, address = as_text(node).strip(), node["href"] if node.has_attr("href") else ""
    if not ADDRESS.fullmatch(address):
        return words
    return f"\n{address}\n" if words == address else f"{words}\n{address}\n"


def _stripped_lines(text):
    lines = (line.strip() for line in text.strip().split("\n"))
    return "\n".join(lines)


def _styled(soup):
    # Mail programs drop style sheets more often than style attributes.
    styles = {
        "p": "margin:0 0 16px",
        "ul": "margin:0 0 16px;padding-left:24px",
        "ol": "margin:0 0 16px;padding-left:24px",
        "li": "margin:0 0 6px",
    }
    for name, style in styles.items():
        for tag in soup.find_all(name):
            tag["style"] = style
    for link in soup.find_all("a"):
        link["class"] = "link"
        link["style"] = "color:#1f5c46;word-break:break-word"
    return str(soup)
