"""The kinds of mail that the site sends. An app registers its own in `<app>/mails.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mail.placeholders import check_placeholders


@dataclass(frozen=True)
class MailKind:
    """`subject` and `body` hold the default per language; a body is rich text or plain text with
    an empty line between paragraphs.

    The preview and the test mail that staff ask for are filled with `samples`, or with what
    `real_values(language)` finds: (values, label) such as ({...}, "RT21032027"), or None. The label
    tells staff whose data they see. Values must not hold a personal link that works.
    """

    key: str
    label: str
    placeholders: Mapping[str, str]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    samples: Mapping[str, str] = field(default_factory=dict)
    real_values: Callable[[str], tuple[Mapping[str, str], str] | None] | None = None

    def sample_values(self) -> dict[str, str]:
        return {
            name: self.samples.get(name) or f"({description})"
            for name, description in self.placeholders.items()
        }

    def example(self, language) -> tuple[dict[str, str], str]:
        """(values, label) to show the text with: real ones where there are, with samples for what
        they lack. The label of samples is empty."""
        found = self.real_values and self.real_values(language)
        values, label = found or ({}, "")
        return self.sample_values() | dict(values), label


_kinds: dict[str, MailKind] = {}


def register(kind: MailKind) -> MailKind:
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
    return _kinds[key]


def find(key: str) -> MailKind | None:
    return _kinds.get(key)
