"""Placeholders such as `{first_name}`: checked when staff save a text, filled in a written mail."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.placeholders import PLACEHOLDER, has_stray_brace, in_words, others_than

# Placeholders that hold a sentence with an address on a line of its own; see `may_hold_address`.
WITH_ADDRESS: set[str] = set()
# {placeholder: the words of the link or button that its address becomes}
LINK_WORDS: dict[str, Any] = {}
# Placeholders that hold “name: value” on each line, and those that hold an item on each line. Where
# one is a paragraph of its own it becomes a table or a list.
TABLES: set[str] = set()
LISTS: set[str] = set()


def may_hold_address(name) -> bool:
    """Whether an address in the value of this placeholder is ours, so that it becomes a link.

    Any other value may be typed by a stranger.
    """
    return name == "url" or name.endswith("_url") or name in WITH_ADDRESS


def check_placeholders(text, allowed) -> None:
    """Raise a ValidationError, with the names allowed, for another placeholder or a stray brace."""
    unknown = others_than(allowed, text)
    if not unknown and not has_stray_brace(text):
        return
    choice = in_words(allowed, none=_("none"))
    if unknown:
        names = ", ".join(unknown)
        raise ValidationError(
            _("%(names)s is not filled in this mail. You can use: %(choice)s.")
            % {"names": names, "choice": choice}
        )
    raise ValidationError(
        _(
            "A brace stands alone, or part of a placeholder is bold or a link. "
            "Type a placeholder in one go; you can use: %(choice)s."
        )
        % {"choice": choice}
    )


def fill(text, values) -> str:
    """Fill plain text in one pass: a brace in a value stays a brace."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
