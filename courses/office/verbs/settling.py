"""Making the money of a sign-up agree with its papers; taking back what was noted by mistake."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import TextField
from courses.domain import cancellations, invoices, settling, transitions
from courses.models import Payment
from courses.office.asking import NoForm, Verb
from courses.office.people.money import RECORDS_PAYMENTS
from courses.office.people.received import RemarkForm
from courses.office.verbs.base import SignUpVerbView, mail_goes_to
from courses.reading import balance
from courses.values.money import format_euros

DECIDES = ("courses.view_signup", "courses.change_refund")


class SeenForm(NoForm):
    """Carries the amount that the office saw, so that another one is refused."""

    cents = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data=None, *, about):
        super().__init__(data, about=about)
        self.initial["cents"] = self.seen(balance.of(about))


class ShortForm(SeenForm):
    def seen(self, found):
        return found.short


class RestForm(RemarkForm, ShortForm):
    """What was short has come in."""


class OverForm(SeenForm):
    def seen(self, found):
        return found.over


class ReasonForm(NoForm):
    reason = TextField(
        label=gettext_lazy("Why"),
        max_length=255,
        help_text=gettext_lazy("For the history of this sign-up; only the office reads it."),
        error_messages={"required": gettext_lazy("Fill in why.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class SettlingView(SignUpVerbView):
    """Also for somebody whose personal data were removed: the money has to close all the same."""

    too_late = (settling.StaleBalanceError, transitions.WrongStateError)

    def is_possible(self):
        return self.verb.is_possible(self.sign_up)

    def refusal(self):
        return _("The amounts have changed in the meantime. Nothing was done. Look again.")

    def values(self):
        found = balance.of(self.sign_up)
        amount = format_euros(found.short or found.over)
        return super().values() | {"amount": amount}


def _is_short(sign_up):
    return settling.can_close(sign_up) and balance.of(sign_up).short > 0


def _can_be_credited(sign_up):
    return _is_short(sign_up) and invoices.standing(sign_up) is not None


def _after_receiving(sign_up):
    return [
        _("You have seen at the bank that this amount came in. The site notes it as a payment."),
        _("Nobody gets a mail. The invoice stays as it is."),
    ]


def _after_crediting(sign_up):
    return [
        _("Nobody owes this amount any more: whoever got the invoice gets a credit note by mail."),
        _("The sign-up itself stays as it is. Should the place go too, cancel it instead."),
    ]


def _after_paying(sign_up):
    by_hand = sign_up.payments.filter(state=Payment.State.PAID, gateway=Payment.OFFICE).exists()
    if by_hand:
        how = _("What came in at the bank, you transfer yourself: it waits under “Refunds”.")
    else:
        how = _("It goes back the way it came, by itself through the payment service.")
    return [how, mail_goes_to(sign_up)]


def _after_taking_back(sign_up):
    payment = settling.recorded(sign_up)
    amount = {"amount": format_euros(payment.paid_cents)}
    consequences = [
        _("The %(amount)s that was noted does not count as received any more.") % amount
    ]
    others = sign_up.payments.filter(state=Payment.State.PAID).exclude(pk=payment.pk)
    if others.exists() or cancellations.has_begun(sign_up):
        return [
            *consequences,
            _("The place stays final, and the amount is still to be paid."),
            _("No mail is sent: tell %(name)s about it yourself.") % {"name": sign_up.full_name},
        ]
    return [
        *consequences,
        _("The place is not final any more: it is held for the usual term, to pay in."),
        mail_goes_to(sign_up),
        _("An invoice that said “paid” is credited. One with a date to pay before stands."),
    ]


VERBS = (
    Verb(
        name="record_rest",
        permissions=RECORDS_PAYMENTS,
        do=settling.record_rest,
        applies=_is_short,
        form=RestForm,
        label=gettext_lazy("The rest was received"),
        question=gettext_lazy("Has %(amount)s arrived?"),
        done=gettext_lazy("%(amount)s of %(name)s is noted as received."),
        consequences=_after_receiving,
    ),
    Verb(
        name="credit_rest",
        permissions=DECIDES,
        do=settling.credit_rest,
        applies=_can_be_credited,
        form=ShortForm,
        label=gettext_lazy("Credit what is not paid"),
        question=gettext_lazy("Credit %(amount)s?"),
        done=gettext_lazy("%(amount)s of %(name)s has been credited."),
        consequences=_after_crediting,
        is_serious=True,
    ),
    Verb(
        name="pay_rest",
        permissions=DECIDES,
        do=settling.pay_rest,
        applies=lambda sign_up: balance.of(sign_up).over > 0,
        form=OverForm,
        label=gettext_lazy("Pay back the rest"),
        question=gettext_lazy("Pay back %(amount)s?"),
        done=gettext_lazy("%(amount)s goes back to %(name)s."),
        consequences=_after_paying,
    ),
    Verb(
        name="take_back_payment",
        permissions=RECORDS_PAYMENTS,
        do=settling.take_back,
        applies=lambda sign_up: settling.recorded(sign_up) is not None,
        form=ReasonForm,
        label=gettext_lazy("Take back “Payment received”"),
        question=gettext_lazy("Was this payment noted by mistake?"),
        done=gettext_lazy("The payment of %(name)s has been taken back."),
        consequences=_after_taking_back,
        is_serious=True,
    ),
)
