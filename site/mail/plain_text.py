"""The plain text of a mail, made from the same tree as its HTML: neither says more."""

import re

from bs4 import NavigableString

ADDRESS = re.compile(r"https?://\S+")


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
    if node.name == "table":
        return "".join(f"{_text_of_row(row)}\n" for row in node.find_all("tr")) + "\n"
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


def _text_of_row(row):
    return ": ".join(as_text(cell).strip() for cell in row.find_all(["th", "td"]))


def _text_of_link(node):
    # An address gets a line of its own, so that every mail program finds its end.
    words, address = as_text(node).strip(), node["href"] if node.has_attr("href") else ""
    if not ADDRESS.fullmatch(address):
        return words
    return f"\n{address}\n" if words == address else f"{words}\n{address}\n"


def _stripped_lines(text):
    lines = (line.strip() for line in text.strip().split("\n"))
    return "\n".join(lines)
