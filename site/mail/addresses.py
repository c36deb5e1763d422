"""Where the address of a mail came from, so that staff can correct it there too.

An app registers how to do so for its models.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Corrector:
    """How to correct the address of one kind of object.

    `current(object)` returns its address. `correct(object, address, user)` replaces it in the
    caller's transaction, or raises ValidationError with a message for staff. Only users with
    `permission` may do so.
    """

    current: Callable
    correct: Callable
    permission: str


_correctors: dict[type, Corrector] = {}


def register(model, *, current, correct, permission):
    """Let staff correct the address of a `model` when they resend a mail about it."""
    _correctors[model] = Corrector(current, correct, permission)


def corrector_for(mail, user) -> Corrector | None:
    """How this user may correct the object of the mail; None unless it has the mail's address."""
    corrector = _correctors.get(type(mail.about))
    if corrector is None or not user.has_perm(corrector.permission):
        return None
    same = corrector.current(mail.about).casefold() == mail.to.casefold()
    return corrector if same else None
