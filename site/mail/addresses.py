"""Where else an address stands: an app says on which of its objects staff may correct it too."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Corrector:
    """`current(object)` is the address that stands there; `correct(object, address, user)` replaces
    it, in the caller's transaction, or raises ValidationError with words for staff. Offered only to
    who has the `permission`."""

    current: Callable
    correct: Callable
    permission: str


_correctors: dict[type, Corrector] = {}


def register(model, *, current, correct, permission):
    """Let staff who send a mail about a `model` again correct the address there as well."""
    _correctors[model] = Corrector(current, correct, permission)


def corrector_for(mail, user) -> Corrector | None:
    """How this user may correct the object of the mail, if the mail's address stands there."""
    corrector = _correctors.get(type(mail.about))
    if corrector is None or not user.has_perm(corrector.permission):
        return None
    same = corrector.current(mail.about).casefold() == mail.to.casefold()
    return corrector if same else None
