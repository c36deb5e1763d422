"""Recording a payment that arrived at the bank, and letting an employer pay."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import SiteSettings
from courses.domain import buyers, invoices, payments
from courses.models import SignUp
from courses.office.asking import Verb
from courses.office.people import letters
from courses.office.people.money import RECORDS_PAYMENTS
from courses.office.people.received import ReceivedForm
from courses.office.verbs.base import mail_goes_to
from courses.values.money import format_euros


def _after_payment(sign_up):
    return [
        _("You have seen that %(price)s has arrived.") % {"price": _price(sign_up)},
        _("The place is final and no longer lapses, also if it is less than the price."),
        mail_goes_to(sign_up),
        _invoice_in_words(sign_up),
        _("Was it a mistake? You can take it back, on the page of this person."),
        *filter(None, [letters.on_documents([sign_up])]),
    ]


def _invoice_in_words(sign_up):
    invoice = invoices.standing(sign_up)
    if invoice is None:
        return " ".join([_("Whoever pays gets the invoice by mail, as paid."), *_what_it_lacks()])
    return _("Invoice %(number)s was mailed before; no new one goes out.") % {
        "number": invoice.number
    }


def _what_it_lacks():
    empty = [str(name) for name in SiteSettings.current().missing_on_invoices]
    if not empty:
        return []
    words = _("Fill in first what it has to say of the institute: %(names)s.")
    return [words % {"names": ", ".join(empty)}]


def _price(sign_up):
    if sign_up.price_cents is None:
        return _("the price that you agreed on")
    return format_euros(sign_up.price_cents)


def _after_allowing(sign_up):
    days = SiteSettings.current().invoice_days
    return [
        _("%(name)s gets a mail with a link to forward.") % {"name": sign_up.full_name},
        _(
            "Whoever opens it pays at once or chooses an invoice of %(days)s days. The place is"
            " held until then."
        )
        % {"days": days},
        _("Money papers go to who pays; the other mails stay with %(name)s.")
        % {"name": sign_up.full_name},
    ]


VERBS = (
    Verb(
        name="record_payment",
        states=(SignUp.State.AWAITING_PAYMENT,),
        do=payments.record,
        label=gettext_lazy("Payment received"),
        question=gettext_lazy("Has the payment arrived?"),
        done=gettext_lazy("The place of %(name)s is final."),
        consequences=_after_payment,
        applies=payments.can_record,
        permissions=RECORDS_PAYMENTS,
        form=ReceivedForm,
    ),
    Verb(
        name="allow_buyer",
        states=(SignUp.State.AWAITING_PAYMENT,),
        do=buyers.allow_to_pay,
        label=gettext_lazy("Let the employer pay"),
        question=gettext_lazy("Let somebody else pay for this person?"),
        done=gettext_lazy("%(name)s has got a link for the employer."),
        consequences=_after_allowing,
        applies=buyers.can_allow,
    ),
)
