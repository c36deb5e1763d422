"""The money of one sign-up: the summary on its page, and the forms of verbs about it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.domain import cancellations, invoices, settling
from courses.models import Payment, Roster
from courses.office import asking
from courses.office.money import amounts, payment_methods
from courses.office.money import refund as refund_verbs
from courses.office.money.attended import attendance_hints
from courses.office.money.invoice_rows import amount_in_words, payment_state, with_payment_state
from courses.office.people.explaining import ExplanationForm
from courses.reading import balance
from courses.values.money import EurosFormField, format_euros

MOST_CENTS = 10_000_000  # more must be a typing error
# Of one person or several. Bookkeepers, who read the bank statement, need not be in the office.
RECORDS_PAYMENTS = ("courses.view_signup", "courses.change_payment")


def summary(sign_up, user, event=None):
    """The payments, refunds and invoices of a sign-up, for `sign_up_money.html`."""
    payments = list(sign_up.payments.prefetch_related("refunds__by"))
    for payment in payments:
        payment.way = payment_methods.in_words(payment)
        payment.standing = _standing(payment)
        payment.back = list(payment.refunds.all())
        for refund in payment.back:
            refund.payment = payment
            refund.verbs = asking.possible(refund_verbs.VERBS, refund, user)
    invoices_and_credit_notes = list(with_payment_state(sign_up.invoices.all()))
    for invoice in invoices_and_credit_notes:
        invoice.amount = amount_in_words(invoice)
        invoice.tone, invoice.standing = payment_state(invoice)
    found = balance.of(sign_up)
    return {
        "balance": found,
        "rows": balance_rows(found) if payments or invoices_and_credit_notes else (),
        "closing": _closing(sign_up, found),
        "payments": payments,
        "papers": invoices_and_credit_notes,
        "may_see_papers": user.has_perm("courses.view_invoice"),
        "employer_may_pay": _employer_may_pay(sign_up, event),
    }


def _standing(payment):
    if payment.gateway == Payment.OFFICE and payment.state == Payment.State.CANCELLED:
        return _("noted by mistake, taken back")
    return payment.get_state_display().lower()


def balance_rows(found):
    """[(label, amount in words)] of what came in, went back and was put on paper."""
    amounts_by_label = (
        (_("Received"), found.came_in),
        (_("Taken back by the bank"), -found.charged_back),
        (_("Paid back, or on its way"), -found.back),
        (_("To be decided"), -found.undecided),
        (_("Invoiced"), found.invoiced),
        (_("Credited"), -found.credited),
    )
    return [(label, amounts.in_words(cents)) for label, cents in amounts_by_label if cents]


def _closing(sign_up, found):
    """Whether money and papers agree, as a sentence."""
    if found.short and not settling.can_close(sign_up):
        return _("%(amount)s is still to come.") % {"amount": format_euros(found.short)}
    if found.short:
        return _(
            "%(amount)s is not there that the invoice asks for. Note that it came in, or credit it."
        ) % {"amount": format_euros(found.short)}
    if found.over:
        return _("%(amount)s is too much: no invoice asks for it. Pay back the rest.") % {
            "amount": format_euros(found.over)
        }
    if found.undecided:
        return _("As soon as the refund is decided about, this agrees.")
    return _("This agrees.")


def _employer_may_pay(sign_up, event):
    if sign_up.buyer_may_pay:
        return _("yes, the office allowed it")
    if event is not None and event.course.buyer_may_pay:
        return _("yes, as everybody on this course")
    return _("no")


class PriceForm(ExplanationForm):
    """The price for a person who is admitted while it is not known yet, and an explanation.

    Whoever has nothing to pay is confirmed at once, in a mail without an explanation.
    """

    mail = "admission_granted"

    price_cents = EurosFormField(
        label=gettext_lazy("Price in euros"),
        help_text=gettext_lazy("What you agreed on, or 0 when this person need not pay."),
        max_value=MOST_CENTS,
    )

    def __init__(self, data=None, *, about):
        super().__init__(data, about=about)
        if about.price_cents is not None:
            del self.fields["price_cents"]
        if not about.price_cents:
            self.fields.pop("explanation", None)


class BackForm(ExplanationForm):
    """How much is paid back after cancelling, if anything was paid, and an explanation.

    Each choice contains its amount, so that an amount that has changed since is refused.
    """

    mail = "cancelled"

    back = forms.ChoiceField(
        label=gettext_lazy("What goes back?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what goes back."),
            "invalid_choice": gettext_lazy("This amount has changed in the meantime. Choose anew."),
        },
    )
    amount = EurosFormField(
        label=gettext_lazy("Another amount in euros"), required=False, max_value=MOST_CENTS
    )

    def __init__(self, data=None, *, about):
        super().__init__(data, about=about)
        self.quote = cancellations.quote(about)
        if not self.quote.paid_cents:
            del self.fields["back"], self.fields["amount"]
            return
        self.fields["back"].choices = self._choices()
        self.fields["back"].help_text = self._paid(about)
        if about.roster.state == Roster.State.CALLED_OFF:
            self.initial["back"] = f"all-{self.quote.paid_cents}"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("back") == "amount" and "amount" not in self.errors:
            self._check_amount(cleaned.get("amount"))
        return cleaned

    def arguments(self):
        return {
            "back_cents": self._back_cents(),
            "paid_cents": self.quote.paid_cents,
            "explanation": self.cleaned_data.get("explanation", ""),
        }

    def _back_cents(self):
        chosen = self.cleaned_data.get("back")
        if chosen == "amount":
            return self.cleaned_data["amount"]
        return int(chosen.rpartition("-")[2]) if chosen else 0

    def _check_amount(self, cents):
        paid = self.quote.paid_cents
        if not cents:
            self.add_error("amount", ValidationError(_("Fill in how much goes back.")))
        elif cents > paid:
            words = _("No more than %(paid)s can go back.") % {"paid": format_euros(paid)}
            self.add_error("amount", ValidationError(words))

    def _choices(self):
        quote = self.quote
        terms = _("Under the terms: %(amount)s (%(why)s)") % {
            "amount": format_euros(quote.back_cents),
            "why": _why(quote),
        }
        everything = _("Everything: %(amount)s") % {"amount": format_euros(quote.paid_cents)}
        return [
            (f"terms-{quote.back_cents}", terms),
            (f"all-{quote.paid_cents}", everything),
            ("none-0", _("Nothing")),
            ("amount", _("Another amount, which I fill in below")),
        ]

    def _paid(self, sign_up):
        sentences = [_("%(paid)s has come in.") % {"paid": format_euros(self.quote.paid_cents)}]
        if self.quote.withdraw_day and not cancellations.has_begun(sign_up):
            sentences.append(
                _("Until %(day)s this person can withdraw and then gets everything back.")
                % {"day": date_format(self.quote.withdraw_day, "j F Y")}
            )
        return " ".join(sentences)


def _why(quote):
    if quote.days_left < 0:
        return _("the course has begun")
    return ngettext(
        "%(percent)s%%, %(days)s day before the first day",
        "%(percent)s%%, %(days)s days before the first day",
        quote.days_left,
    ) % {"percent": quote.percent, "days": quote.days_left}


def after_cancelling(sign_up):
    """What happens to the money when the office cancels, in sentences."""
    hints = attendance_hints(sign_up)
    if not cancellations.quote(sign_up).paid_cents:
        return [*hints, *_unpaid_invoice(sign_up)]
    return [
        *hints,
        _how_it_goes_back(sign_up),
        _("For what goes back a credit note is written and mailed."),
    ]


def _unpaid_invoice(sign_up):
    invoice = invoices.standing(sign_up)
    if invoice is None:
        return []
    return [
        _("Nobody has to pay invoice %(number)s any more: whoever got it gets a credit note.")
        % {"number": invoice.number}
    ]


def _how_it_goes_back(sign_up):
    if sign_up.payments.filter(state=Payment.State.PAID, gateway=Payment.OFFICE).exists():
        return _(
            "The money came in at the bank, so you transfer yourself what goes back. It waits for"
            " you under “Refunds”."
        )
    return _("What goes back goes the way it came, by itself through the payment service.")
