"""What a visitor asks for by an e-mail address, and the worker answers a moment later.

The page has done the same work then, whether the address is known or not: how long it took tells
nothing. What was asked is a row of the outbox, so the rules for the outbox hold for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation

from mail import outbox
from mail.models import OutgoingMail


@dataclass(frozen=True)
class Kind:
    """`answer(address)` queues the mails, or none; staff see `label` until then."""

    answer: Callable[[str], object]
    label: str


_kinds: dict[str, Kind] = {}


def register(key: str, answer: Callable[[str], object], label: str) -> None:
    """Let `answer` answer what is asked under this key."""
    _kinds[key] = Kind(answer, label)


def ask(key: str, address: str) -> None:
    """Write down what somebody asks for. Raises KeyError if nobody answers that."""
    with translation.override(settings.LANGUAGE_CODE):
        outbox.write_asked(key, address, subject=str(_kinds[key].label))


def is_asked(mail: OutgoingMail) -> bool:
    """Whether this is no mail but something that was asked for."""
    return mail.kind in _kinds


@transaction.atomic
def answer(mail: OutgoingMail) -> None:
    """Queue the mails that answer it; the question itself is gone then."""
    _kinds[mail.kind].answer(mail.to)
    mail.delete()
