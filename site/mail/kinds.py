"""The kinds of mail that the site sends. An app registers its own in `<app>/mails.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mail.placeholders import check_placeholders


@dataclass(frozen=True)
class MailKind:
    """`subject` and `body` hold the default per language; a body is rich text or plain text with
    an empty line between paragraphs. `samples` fill the preview that staff see."""

    key: str
    label: str
    placeholders: Mapping[str, str]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    samples: Mapping[str, str] = field(default_factory=dict)

    def sample_values(self) -> dict[str, str]:
        return {
            name: self.samples.get(name) or f"({description})"
            for name, description in self.placeholders.items()
        }


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
