"""How the office ends a sign-up, or takes a certificate back."""

from django.utils.translation import gettext_lazy

from courses.domain import cancellations
from courses.models import SignUp
from courses.office.people import money
from courses.office.rosters import certificates
from courses.office.verbs.base import Verb, mail_goes_to, no_way_back, seat_is_freed


def _after_cancelling(sign_up):
    money_back = money.after_cancelling(sign_up)
    return [seat_is_freed(), mail_goes_to(sign_up), *money_back, no_way_back()]


_STALE = gettext_lazy("Money came in at this moment. Decide what goes back.")
VERBS = (
    Verb(
        name="cancel",
        states=SignUp.LIVE,
        do=cancellations.cancel,
        label=gettext_lazy("Cancel sign-up"),
        question=gettext_lazy("Cancel this sign-up?"),
        done=gettext_lazy("The sign-up of %(name)s has been cancelled."),
        consequences=_after_cancelling,
        icon="bin",
        is_serious=True,
        form=money.BackForm,
        refusals=((cancellations.StaleQuoteError, _STALE),),
    ),
    Verb(
        name="revoke_certificate",
        states=tuple(SignUp.State.values),
        do=certificates.revoke,
        label=gettext_lazy("Revoke certificate"),
        question=gettext_lazy("Revoke this certificate?"),
        done=gettext_lazy("The certificate of %(name)s has been revoked."),
        consequences=certificates.after_revoking,
        icon="cross",
        is_serious=True,
        applies=certificates.has_one,
    ),
)
