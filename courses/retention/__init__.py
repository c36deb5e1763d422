"""How long the data of participants are kept, and why: see docs/decisions/0012-retention.md."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import retention
from core.retention import CONTRACT, INTEREST, LAW, Rule, months_before, start_of
from courses.domain import forgetting, payments, strays
from courses.models import (
    Answer,
    Certificate,
    Invoice,
    Payment,
    Refund,
    RosterMessage,
    SignUp,
    impersonal,  # noqa: F401  (registers the columns that need no rule)
)
from courses.retention import visitors  # noqa: F401  (registers its rules)
from courses.retention.rules import rule
from courses.values import terms

State = SignUp.State


def _contact_over(now):
    return Q(roster__last_day__lt=months_before(now, 12 * terms.CONTACT_YEARS))


def _first_year(now):
    """The first calendar year whose financial records must still be kept (art. 52 AWR)."""
    return timezone.localdate(now).year - terms.MONEY_YEARS


def _sign_up_fields(*names):
    return tuple(f"courses.SignUp.{name}" for name in names)


def _with_details():
    wishes = SignUp.swap_wishes.through.objects.filter(signup=OuterRef("pk"))
    details = Q(motivation__gt="") | Q(remarks__gt="") | Q(office_note__gt="")
    details |= Exists(Answer.objects.filter(sign_up=OuterRef("pk"))) | Exists(wishes)
    return SignUp.objects.filter(details, state=State.CONFIRMED)


def _details_over(now):
    return Q(roster__last_day__lt=months_before(now, terms.DETAILS_MONTHS))


rule(
    "details",
    due=(_with_details, _details_over),
    verb=lambda pk, now, due: forgetting.forget_details(pk, due),
    what=_("Answers to our questions, remarks, motivation, wishes and files that you sent along"),
    purpose=_("to decide about your admission and to prepare the days"),
    basis=CONTRACT,
    term=format_lazy(
        _("{months} months after the last day of your course"), months=terms.DETAILS_MONTHS
    ),
    fields=(
        *_sign_up_fields("motivation", "remarks", "office_note"),
        "courses.SignUp_swap_wishes",
        "courses.Answer",
        "courses.Upload",
    ),
    order=100,
    is_announced=True,
)


def _ended():
    ended = SignUp.objects.filter(forgotten_at=None, state__in=(State.CANCELLED, State.EXPIRED))
    return ended.exclude(forgetting.has_open_money())


def _ended_over(now):
    return Q(ended_at__lt=start_of(months_before(now, terms.ENDED_MONTHS)))


rule(
    "ended",
    due=(_ended, _ended_over),
    verb=forgetting.forget_sign_up,
    what=_("A sign-up that was cancelled, refused or not paid: all data"),
    purpose=_("to answer questions about it, and to pay back what you are owed"),
    basis=CONTRACT,
    term=format_lazy(
        _("{months} months after it ended, and not before all money is back"),
        months=terms.ENDED_MONTHS,
    ),
    fields=(),
    order=110,
    is_announced=True,
)


def _participants():
    return SignUp.objects.filter(forgotten_at=None, state=State.CONFIRMED).exclude(
        forgetting.has_open_money()
    )


rule(
    "participants",
    due=(_participants, _contact_over),
    verb=forgetting.forget_sign_up,
    what=_(
        "Name, e-mail address, telephone number, invoice data, what you agreed to, the days on"
        " which you were there, and to which address we sent mail"
    ),
    purpose=_("to know who comes, to reach you, and to answer questions afterwards"),
    basis=CONTRACT,
    term=format_lazy(
        _("{years} years after the last day of your course"), years=terms.CONTACT_YEARS
    ),
    fields=(
        *_sign_up_fields(
            "first_name",
            "infix",
            "last_name",
            "name_key",
            "email",
            "phone",
            "person_key",
            "idempotency_key",
            "token_nonce",
            "token_hash",
            "terms_version",
            "earlier_certificate",
        ),
        "courses.BuyerDetails",
        "courses.Consent",
        "courses.Attendance",
        "courses.Change.note",
        "courses.Change.reason",
    ),
    order=120,
    is_announced=True,
)
rule(
    "group_messages",
    due=(RosterMessage.objects.all, _contact_over),
    verb=lambda pk, now, due: forgetting.forget_message(pk, due),
    what=_("Mails that our staff wrote to a whole course group"),
    purpose=_("to see what was agreed on with the group"),
    basis=INTEREST,
    term=format_lazy(
        _("{years} years after the last day of the course"), years=terms.CONTACT_YEARS
    ),
    fields=("courses.RosterMessage",),
    order=130,
)


def _certificates():
    return Certificate.objects.filter(facts__name__gt="")


def _certificate_over(now):
    return Q(issued_at__lt=start_of(months_before(now, 12 * terms.CERTIFICATE_YEARS)))


rule(
    "certificates",
    due=(_certificates, _certificate_over),
    verb=forgetting.forget_certificate,
    what=_("The name, the course and the days on your certificate, with its code"),
    purpose=_("so that you, an employer or a register can still check it, also years later"),
    basis=INTEREST,
    term=format_lazy(
        _("{years} years after it was issued, or sooner when you ask"),
        years=terms.CERTIFICATE_YEARS,
    ),
    fields=("courses.Certificate",),
    order=140,
    is_announced=True,
)


def _invoices():
    return Invoice.objects.filter(forgetting.invoices_naming_somebody())


rule(
    "invoices",
    due=(_invoices, lambda now: Q(issued_on__lt=date(_first_year(now), 1, 1))),
    verb=lambda pk, now, due: forgetting.forget_invoice(pk, due),
    what=_("Invoices and credit notes: the name, address and reference on them"),
    purpose=_("the bookkeeping; apart from the rest, so that the rest can go sooner"),
    basis=LAW,
    term=format_lazy(
        _("{years} years after the end of the calendar year"), years=terms.MONEY_YEARS
    ),
    fields=("courses.Invoice.facts", "courses.Invoice.number"),
    order=200,
)


def _payments():
    findable = Q(reference__gt="") | Q(checkout_url__gt="") | Q(remark__gt="")
    return Payment.objects.filter(findable).exclude(pk__in=payments.still_open().values("pk"))


def _payment_over(now):
    """A Q for payments that did not change in a year whose records must still be kept."""
    kept_from = start_of(date(_first_year(now), 1, 1))
    later = Q(created_at__gte=kept_from) | Q(done_at__gte=kept_from)
    refunds = Refund.objects.filter(later, payment=OuterRef("pk"))
    return Q(created_at__lt=kept_from) & ~Q(paid_at__gte=kept_from) & ~Exists(refunds)


rule(
    "payments",
    due=(_payments, _payment_over),
    verb=lambda pk, now, due: forgetting.forget_payment(pk, due),
    what=_("Payments and repayments: amount, moment, number at the payment provider, remark"),
    purpose=_("the bookkeeping; we do not see your bank account number"),
    basis=LAW,
    term=format_lazy(
        _("{years} years after the end of the calendar year"), years=terms.MONEY_YEARS
    ),
    fields=(
        "courses.Payment.reference",
        "courses.Payment.remark",
        "courses.Payment.checkout_url",
        "courses.Refund.reference",
    ),
    order=210,
)


rule(
    "stray_payments",
    due=(strays.solved, lambda now: Q(made_at__lt=start_of(date(_first_year(now), 1, 1)))),
    verb=lambda pk, now, due: strays.forget(pk, due),
    what=_("Payments without a sign-up: amount, moment and number at the payment provider"),
    purpose=_("the bookkeeping; we do not see your bank account number"),
    basis=LAW,
    term=format_lazy(
        _("{years} years after the end of the calendar year"), years=terms.MONEY_YEARS
    ),
    fields=("courses.StrayPayment.reference", "courses.StrayPayment.description"),
    order=215,
)


retention.register(
    Rule(
        key="staff_of_courses",
        what=_("Who of the staff decided something about a sign-up"),
        purpose=_("to see who can explain it"),
        basis=INTEREST,
        term=_("as long as the account exists"),
        fields=(
            "courses.Change.by",
            "courses.Refund.by",
            "courses.StrayPayment.by",
            "courses.SwapOffer.by",
            "courses.ColumnChoice",
        ),
        order=905,
        is_public=False,
    )
)
