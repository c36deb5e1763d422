"""Registration numbers of participants in the registers of their profession."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.models import User
from courses.domain import transitions
from courses.models import Answer, SignUp

LONGEST = 60
OFFICE_KEY = "registration-number"  # no question of a form has a hyphen in its key


def numbers_by_sign_up(sign_ups: Iterable[SignUp]) -> dict[int, str]:
    """{sign-up id: number} of those that have one; several are joined by "; "."""
    found: dict[int, list[str]] = {}
    answers = Answer.objects.filter(sign_up__in=sign_ups, field_type=Answer.REGISTRATION)
    for answer in answers.exclude(value="").order_by("pk"):
        found.setdefault(answer.sign_up_id, []).append(answer.value)
    return {pk: "; ".join(numbers) for pk, numbers in found.items()}


@transaction.atomic
def change_number(sign_up: SignUp, number: str, *, by: User) -> SignUp:
    """Save the registration number for the office; an empty one means none. Mails nobody.

    Raises WrongStateError when the personal data were removed.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.State.values)
    number = " ".join(number.split())
    if number == numbers_by_sign_up([sign_up]).get(sign_up.pk, ""):
        return sign_up
    answers = list(sign_up.answers.filter(field_type=Answer.REGISTRATION).order_by("pk"))
    first, *others = answers or [_new(sign_up)]
    first.value = number
    first.save()
    for other in others:
        other.value = ""
        other.save(update_fields=["value"])
    what = "registration number noted" if number else "registration number removed"
    transitions.log(sign_up, timezone.now(), by=by, note=what)
    return sign_up


def _new(sign_up: SignUp) -> Answer:
    with translation.override(sign_up.language):
        question = _("Registration number")
    return Answer(
        sign_up=sign_up, key=OFFICE_KEY, question=question, field_type=Answer.REGISTRATION
    )
