"""Placeholders such as `{first_name}` in a text that staff write."""

import re

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def others_than(allowed, text):
    """The placeholders in a text that are not allowed there, each once, as staff wrote them."""
    unknown = [name for name in PLACEHOLDER.findall(text) if name not in allowed]
    return [f"{{{name}}}" for name in dict.fromkeys(unknown)]


def has_stray_brace(text):
    """Whether a brace stands alone, or part of a placeholder is formatted."""
    return bool(re.search(r"[{}]", PLACEHOLDER.sub("", text)))


def in_words(allowed, none=""):
    """“{first_name}, {days}”: what staff can use."""
    return ", ".join(f"{{{name}}}" for name in allowed) or none
