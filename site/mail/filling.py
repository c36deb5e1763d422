"""Fill the placeholders of a mail text in its tree: paragraphs, a table of facts, lists, a button.

Placeholders are filled in parsed text nodes, not in markup: a value can never become a tag, and
a brace in a value is never taken for a placeholder.
"""

import re
from urllib.parse import urljoin

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.utils.translation import gettext as _

from mail.placeholders import LINK_WORDS, LISTS, PLACEHOLDER, TABLES, may_hold_address
from mail.plain_text import ADDRESS

LINK_TO_PLACEHOLDER = re.compile(r"(?:https?://)?(?:\{|%7B)([a-z][a-z0-9_]*)(?:\}|%7D)/?", re.I)


def filled(html, values) -> BeautifulSoup:
    """The tree of a text with these values, without paragraphs that are empty.

    The first paragraph that is nothing but one of our addresses gets the class `button`.
    """
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a", href=True):
        _fill_link(link, values)
    for node in list(soup.find_all(string=PLACEHOLDER)):
        name = _stands_alone(node)
        shape = _shape_of(name, values)
        if shape:
            shape(soup, node.parent, name, values[name].strip())
        else:
            _fill_node(soup, node, values)
    for block in soup.find_all(["p", "li"]):
        if not block.get_text(strip=True):
            block.decompose()
    return soup


def _stands_alone(node):
    """The name of the placeholder that is a paragraph of its own, or an empty string."""
    alone = PLACEHOLDER.fullmatch(node.strip())
    if not alone or node.parent.name != "p" or node.parent.get_text(strip=True) != node.strip():
        return ""
    return alone[1]


def _shape_of(name, values):
    value = values.get(name, "").strip()
    if not value:
        return None
    if name in TABLES:
        return _as_table
    if name in LISTS:
        return _as_list
    return _as_button if may_hold_address(name) and ADDRESS.fullmatch(value) else None


def _as_table(soup, paragraph, _name, value):
    table = soup.new_tag("table")
    for line in value.splitlines():
        label, gap, fact = line.partition(": ")
        row = soup.new_tag("tr")
        if gap:
            row.append(soup.new_tag("th", scope="row", string=label))
            row.append(soup.new_tag("td", string=fact))
        else:
            row.append(soup.new_tag("td", colspan="2", string=line))
        table.append(row)
    paragraph.replace_with(table)


def _as_list(soup, paragraph, _name, value):
    lines = value.splitlines()
    made = []
    if lines[0].endswith(":") or len(lines) == 1:
        made.append(soup.new_tag("p", string=lines.pop(0)))
    if lines:
        made.append(soup.new_tag("ul"))
        made[-1].extend(soup.new_tag("li", string=line) for line in lines)
    paragraph.replace_with(*made)


def _as_button(soup, paragraph, name, value):
    paragraph.clear()
    paragraph.append(soup.new_tag("a", href=value, string=_link_words(name)))
    if not soup.select_one("p.button"):  # with two of them neither would be the next step
        paragraph["class"] = "button"


def _link_words(name):
    return str(LINK_WORDS.get(name) or _("Open the page"))


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
        before = node[position : match.start()]
        parts.append(NavigableString(before))
        value = values.get(match[1], match[0]).strip()
        if ADDRESS.fullmatch(value) and not before.rstrip().endswith(":"):
            words = _("this page")  # in the middle of a sentence
        else:
            words = _link_words(match[1])
        is_linked = may_hold_address(match[1]) and not inside_link
        parts.extend(_value_nodes(soup, value, words if is_linked else ""))
        position = match.end()
    parts.append(NavigableString(node[position:]))
    node.replace_with(*[part for part in parts if isinstance(part, Tag) or part])


def _value_nodes(soup, value, link_words):
    """The lines of a value; an address becomes a link with these words, if there are any."""
    nodes = []
    for number, line in enumerate(value.splitlines()):
        if number:
            nodes.append(soup.new_tag("br"))
        if link_words and ADDRESS.fullmatch(line):
            nodes.append(soup.new_tag("a", href=line, string=link_words))
        else:
            nodes.append(NavigableString(line))
    return nodes
