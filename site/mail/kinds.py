"""The kinds of mail that the site sends. An app registers its own in `<app>/mails.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mail.placeholders import check_placeholders


@dataclass(frozen=True)
class MailKind:
    """A kind of mail, with its default text per language and its placeholders.

    `placeholders` maps names to descriptions for staff. A `body` is rich text, or plain text with
    an empty line between paragraphs. Previews and test mails are filled with `samples`, or with
    the result of `real_values(language)`: None, or (values, label) such as ({...}, "RT21032027").
    The label tells staff whose data they see. No value may hold a personal link that works.
    """

    key: str
    label: str
    placeholders: Mapping[str, str]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    samples: Mapping[str, str] = field(default_factory=dict)
    real_values: Callable[[str], tuple[Mapping[str, str], str] | None] | None = None

    def sample_values(self) -> dict[str, str]:
        """A value for each placeholder: its sample, else its description in parentheses."""
        return {
            name: self.samples.get(name) or f"({description})"
            for name, description in self.placeholders.items()
        }

    def example(self, language) -> tuple[dict[str, str], str]:
        """(values, label) for a preview: real values, completed with samples.

        The label is "" if all values are samples.
        """
        found = self.real_values and self.real_values(language)
        values, label = found or ({}, "")
        return self.sample_values() | dict(values), label


_kinds: dict[str, MailKind] = {}


def register(kind: MailKind) -> MailKind:
    """Register a kind and return it.

    Raises ValueError if its key is taken or its languages differ, and ValidationError if a text
    uses a placeholder that is not declared.
    """
    if kind.key in _kinds and _kinds[kind.key] is not kind:
        raise ValueError(f"A kind of mail {kind.key!r} exists already.")
    if set(kind.subject) != set(kind.body):
        raise ValueError(f"Mail {kind.key!r} has a subject and a body in different languages.")
    for text in (*kind.subject.values(), *kind.body.values()):
        check_placeholders(text, kind.placeholders)
    _kinds[kind.key] = kind
    return kind


def all() -> list[MailKind]:
    return list(_kinds.values())


def get(key: str) -> MailKind:
    """The kind with this key. Raises KeyError."""
    return _kinds[key]


def find(key: str) -> MailKind | None:
    """The kind with this key; None if it is registered no longer."""
    return _kinds.get(key)
