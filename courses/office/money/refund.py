"""One refund, and what the office decides about it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import mails
from courses.domain import refunds
from courses.models import Payment, Refund
from courses.office.lists.asking import AskingView
from courses.values.money import format_euros

State = Refund.State
UNDECIDED = (State.DUE, State.FAILED)


def is_by_hand(refund):
    """Whether the office transfers this at the bank itself: there it came in."""
    return refund.payment.gateway == Payment.OFFICE


@dataclass(frozen=True)
class RefundVerb:
    """Something the office decides about a refund, with its consequences in words."""

    name: str
    slug: str
    do: Callable
    label: str
    question: str
    done: str
    consequences: Callable
    applies: Callable
    is_serious: bool = False


def _after_paying_back(refund):
    back = _("%(amount)s goes back the way it came, by itself through the payment service.")
    consequences = [back % {"amount": format_euros(refund.amount_cents)}]
    if refund.state == State.FAILED:
        consequences.insert(0, _("The payment service failed at this before. It tries once more."))
    return [*consequences, _mail_about(refund)]


def _after_transfer(refund):
    return [
        _(
            "The site does not transfer anything: you have transferred %(amount)s at the bank, to"
            " %(name)s. This only notes it."
        )
        % {"amount": format_euros(refund.amount_cents), "name": _payer(refund)[0]},
        _mail_about(refund),
    ]


def _after_keeping(refund):
    return [
        _("%(amount)s stays with you; the site does not ask about it any more.")
        % {"amount": format_euros(refund.amount_cents)},
        _("No mail is sent: tell %(name)s about it yourself.") % {"name": _payer(refund)[0]},
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


def _transferred(refund, *, by):
    return refunds.pay_back(refund, by=by, by_hand=True)


VERBS = (
    RefundVerb(
        name="pay_back",
        slug="pay-back",
        do=refunds.pay_back,
        label=gettext_lazy("Pay back"),
        question=gettext_lazy("Pay this money back?"),
        done=gettext_lazy("%(amount)s goes back to %(name)s."),
        consequences=_after_paying_back,
        applies=lambda refund: refund.state in UNDECIDED and not is_by_hand(refund),
    ),
    RefundVerb(
        name="transferred",
        slug="transferred",
        do=_transferred,
        label=gettext_lazy("Has been transferred"),
        question=gettext_lazy("Have you transferred this money at the bank?"),
        done=gettext_lazy("Noted: %(amount)s has been transferred to %(name)s."),
        consequences=_after_transfer,
        applies=lambda refund: (
            refund.state in UNDECIDED and (is_by_hand(refund) or refund.state == State.FAILED)
        ),
    ),
    RefundVerb(
        name="keep",
        slug="keep",
        do=refunds.drop,
        label=gettext_lazy("Do not pay back"),
        question=gettext_lazy("Keep this money?"),
        done=gettext_lazy("%(amount)s does not go back to %(name)s."),
        consequences=_after_keeping,
        applies=lambda refund: refund.state in UNDECIDED,
        is_serious=True,
    ),
)


def verbs_for(refund):
    return [verb for verb in VERBS if verb.applies(refund)]


class RefundVerbView(AskingView):
    index_url_name = None
    header_icon = "rotate"
    verb = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Refund.objects.select_related("payment__sign_up__roster")
        self.object = get_object_or_404(found, pk=self.kwargs["pk"])
        self.sign_up = self.object.payment.sign_up

    def get(self, request, *args, **kwargs):
        if not self.verb.applies(self.object):
            return self.refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.verb.applies(self.object):
            return self.refuse()
        try:
            self.verb.do(self.object, by=request.user)
        except refunds.WrongRefundStateError:
            return self.refuse()
        amount = format_euros(self.object.amount_cents)
        return self.done(self.verb.done % {"amount": amount, "name": _payer(self.object)[0]})

    def refuse(self):
        self.object.refresh_from_db()
        return super().refuse(
            _("Not possible any more: this refund is now “%(state)s”. Nothing was changed.")
            % {"state": self.object.get_state_display()}
        )

    @property
    def back_url(self):
        return reverse(self.index_url_name)

    def get_page_title(self):
        return self.verb.label

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": self.back_url, "label": _("Refunds")},
            {"url": "", "label": self.verb.label},
        ]

    def get_context_data(self, **kwargs):
        facts = (
            format_euros(self.object.amount_cents),
            self.object.get_reason_display(),
            self.object.get_state_display(),
        )
        return super().get_context_data(
            verb=self.verb,
            facts=" · ".join(str(fact) for fact in facts),
            consequences=self.verb.consequences(self.object),
            **kwargs,
        )
