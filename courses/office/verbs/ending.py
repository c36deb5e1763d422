"""Cancelling a sign-up, and revoking a certificate."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import cancellations, certificates
from courses.models import SignUp
from courses.office.asking import Verb
from courses.office.people import money
from courses.office.verbs.base import mail_goes_to, no_way_back, seat_is_freed


def _after_cancelling(sign_up):
    money_back = money.after_cancelling(sign_up)
    return [seat_is_freed(), mail_goes_to(sign_up), *money_back, no_way_back()]


def _has_certificate(sign_up):
    """Whether there is a certificate that was not revoked."""
    certificate = getattr(sign_up, "certificate", None)
    return certificate is not None and certificate.revoked_at is None


def _revoke(sign_up, *, by):
    certificates.revoke(sign_up.certificate, by=by)


def _after_revoking(sign_up):
    return [
        _("Who checks the code %(code)s reads that there is no such certificate.")
        % {"code": sign_up.certificate.code},
        _("%(name)s cannot download it any more. A paper that was printed stays what it is.")
        % {"name": sign_up.full_name},
        _("No mail is sent: tell %(name)s about it yourself.") % {"name": sign_up.full_name},
        _("You can issue a new one on the page of the course group; it gets another code."),
    ]


_STALE_QUOTE = gettext_lazy("Money came in at this moment. Decide what goes back.")
VERBS = (
    Verb(
        name="cancel",
        states=SignUp.LIVE,
        do=cancellations.cancel,
        label=gettext_lazy("Cancel sign-up"),
        question=gettext_lazy("Cancel this sign-up?"),
        done=gettext_lazy("The sign-up of %(name)s has been cancelled."),
        consequences=_after_cancelling,
        is_serious=True,
        form=money.BackForm,
        refusals=((cancellations.StaleQuoteError, _STALE_QUOTE),),
    ),
    Verb(
        name="revoke_certificate",
        do=_revoke,
        label=gettext_lazy("Revoke certificate"),
        question=gettext_lazy("Revoke this certificate?"),
        done=gettext_lazy("The certificate of %(name)s has been revoked."),
        consequences=_after_revoking,
        is_serious=True,
        applies=_has_certificate,
    ),
)
