"""Admission by the office, of people without a completed HBO or a certificate of this site."""

from django.db import transaction
from django.utils import timezone

from core.models import User
from courses import mails
from courses.domain import transitions
from courses.models import Roster, SignUp
from courses.reading import events


def admit(
    sign_up: SignUp, *, by: User, price_cents: int | None = None, explanation: str = ""
) -> SignUp:
    """Admit a person whose admission is under review.

    `price_cents` is only for a sign-up without a price; an agreed price stays. The `explanation`
    is for the mail, unless there is nothing to pay: then the confirmation goes at once. Raises
    WrongStateError, also when the date was called off: the person first chooses another one.
    """
    with transaction.atomic():
        sign_up = transitions.lock_in_state(sign_up, SignUp.State.REVIEW)
        if sign_up.roster.state == Roster.State.CALLED_OFF:
            raise transitions.WrongStateError
        if sign_up.price_cents is None:
            sign_up.price_cents = price_cents
        transitions.enter_after_admission(sign_up, timezone.now(), by=by)
        if sign_up.state == SignUp.State.AWAITING_PAYMENT:  # else the confirmation says it all
            event = events.of_roster(sign_up.roster)
            mails.send("admission_granted", sign_up, event, explanation=explanation)
    return sign_up


def decline(sign_up: SignUp, *, by: User, explanation: str = "") -> SignUp:
    """Refuse admission, which frees the seat; the `explanation` is for the mail.

    Raises WrongStateError when not under review.
    """
    with transaction.atomic():
        sign_up = transitions.lock_in_state(sign_up, SignUp.State.REVIEW)
        transitions.end(sign_up, SignUp.State.CANCELLED, SignUp.EndReason.NOT_ADMITTED, by=by)
        event = events.of_roster(sign_up.roster)
        mails.send("admission_refused", sign_up, event, explanation=explanation)
    return sign_up
