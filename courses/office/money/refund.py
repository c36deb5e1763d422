"""The verbs about one refund."""

from functools import partial

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import mails
from courses.domain import refunds
from courses.models import Payment, Refund
from courses.office.asking import NoForm, Verb, VerbView
from courses.office.money.attended import attendance_hints
from courses.values.money import EurosFormField, format_euros

State = Refund.State
UNDECIDED = (State.DUE, State.FAILED)


def is_by_hand(refund):
    """Whether the office transfers it at the bank, because the payment came in there."""
    return refund.payment.gateway == Payment.OFFICE


class HowMuchForm(NoForm):
    """How much of it goes back; the rest is kept."""

    cents = EurosFormField(
        label=gettext_lazy("How much goes back"),
        help_text=gettext_lazy("Less is possible: you keep the rest."),
        required=False,
    )

    def __init__(self, data=None, *, about):
        super().__init__(data, about=about)
        self.refund = about
        self.initial["cents"] = about.amount_cents

    def clean_cents(self):
        cents = self.cleaned_data["cents"]
        if cents is None:
            return None
        if not cents:
            raise ValidationError(_("Fill in how much goes back."))
        if cents > self.refund.amount_cents:
            words = _("No more than %(paid)s can go back.")
            raise ValidationError(words % {"paid": format_euros(self.refund.amount_cents)})
        return cents


def _after_paying_back(refund):
    consequences = [_("It goes back the way it came, by itself through the payment service.")]
    if refund.state == State.FAILED:
        consequences.insert(0, _("The payment service failed at this before. It tries once more."))
    return [*consequences, _mail_about(refund), *attendance_hints(refund.payment.sign_up)]


def _after_transfer(refund):
    return [
        _(
            "The site does not transfer anything: you have transferred the amount at the bank, to"
            " %(name)s. This only notes it."
        )
        % {"name": _payer(refund)[0]},
        _mail_about(refund),
        *attendance_hints(refund.payment.sign_up),
    ]


def _after_keeping(refund):
    return [
        _("%(amount)s stays with you; the site does not ask about it any more.")
        % {"amount": format_euros(refund.amount_cents)},
        _("No mail is sent: tell %(name)s about it yourself.") % {"name": _payer(refund)[0]},
        *attendance_hints(refund.payment.sign_up),
        _("This cannot be undone."),
    ]


def _mail_about(refund):
    name, email = _payer(refund)
    return _("%(name)s gets a mail about it at %(email)s.") % {"name": name, "email": email}


def _payer(refund):
    sign_up = refund.payment.sign_up
    if refund.payment.by_buyer:
        return mails.payer(sign_up)
    return sign_up.full_name, sign_up.email


PERMISSIONS = ("courses.change_refund",)
VERBS = (
    Verb(
        name="pay_back",
        permissions=PERMISSIONS,
        do=refunds.pay_back,
        states=UNDECIDED,
        applies=lambda refund: not is_by_hand(refund),
        label=gettext_lazy("Pay back"),
        question=gettext_lazy("Pay this money back?"),
        form=HowMuchForm,
        consequences=_after_paying_back,
        done=gettext_lazy("%(amount)s goes back to %(name)s."),
    ),
    Verb(
        name="transferred",
        permissions=PERMISSIONS,
        do=partial(refunds.pay_back, by_hand=True),
        states=UNDECIDED,
        applies=lambda refund: is_by_hand(refund) or refund.state == State.FAILED,
        label=gettext_lazy("Has been transferred"),
        question=gettext_lazy("Have you transferred this money at the bank?"),
        form=HowMuchForm,
        consequences=_after_transfer,
        done=gettext_lazy("Noted: %(amount)s has been transferred to %(name)s."),
    ),
    Verb(
        name="keep",
        permissions=PERMISSIONS,
        do=refunds.drop,
        states=UNDECIDED,
        label=gettext_lazy("Do not pay back"),
        question=gettext_lazy("Keep this money?"),
        consequences=_after_keeping,
        done=gettext_lazy("%(amount)s does not go back to %(name)s."),
        is_serious=True,
    ),
)


class RefundVerbView(VerbView):
    """Reached from the list of refunds and from the page of the sign-up."""

    template_name = "courses/office/confirm_refund.html"
    too_late = (refunds.WrongRefundStateError,)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Refund.objects.select_related("payment__sign_up__roster")
        self.about = get_object_or_404(found, pk=self.kwargs["pk"])
        self.sign_up = self.about.payment.sign_up

    def refusal(self):
        self.about.refresh_from_db()
        return _("Not possible any more: this refund is now “%(state)s”. Nothing was changed.") % {
            "state": self.about.get_state_display()
        }

    def values(self):
        return {"amount": format_euros(self.about.amount_cents), "name": _payer(self.about)[0]}

    @property
    def back_url(self):
        return reverse("refunds:index")

    def get_ancestors(self):
        return [(_("Refunds"), self.back_url)]

    def get_context_data(self, **kwargs):
        facts = (
            format_euros(self.about.amount_cents),
            self.about.get_reason_display(),
            self.about.get_state_display(),
        )
        return super().get_context_data(facts=" · ".join(str(fact) for fact in facts), **kwargs)
