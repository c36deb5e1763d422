"""What the list of invoices says, on the screen, in the bookkeeper's file and in total.

The amount of a credit note is negative, so that a column adds up.
"""

from decimal import Decimal

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import invoices
from courses.models import Invoice, Payment, Refund, SignUp
from courses.office.money import amounts, payment_methods
from courses.reading import balance
from courses.values.money import format_euros


def amount_in_words(invoice):
    return amounts.in_words(_sign(invoice.kind) * invoice.amount_cents)


def _sign(kind):
    return -1 if kind == Invoice.Kind.CREDIT_NOTE else 1


def payment_state(invoice):
    """(tone, words) about whether an invoice was paid, or what a credit note corrects."""
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return "over", _("corrects %(number)s") % {"number": invoice.credits.number}
    if invoices.left_cents(invoice) == 0:
        return "over", _("Credited")
    if invoice.sign_up.paid_at and balance.of(invoice.sign_up).short:
        return "action", _("Paid, but not any more in full")
    if invoice.sign_up.paid_at:
        return "good", _("Paid")
    if invoice.due_on and invoice.due_on < timezone.localdate():
        return "action", _("Not paid in time")
    return "waiting", _("Not paid yet")


def with_payment_state(invoices):
    """The invoices with all that `payment_state` needs, so that it makes no queries."""
    people = balance.with_sums(SignUp.objects.select_related("roster"))
    return invoices.select_related("credits").prefetch_related(
        Prefetch("sign_up", people), "credited_by"
    )


def with_money(invoices):
    """The invoices with all that the columns about payments and refunds need.

    Payments belong to a sign-up, which has several invoices after a move to another date. They are
    shown once: beside the last invoice.
    """
    done = Refund.objects.filter(state=Refund.State.DONE).order_by("done_at")
    paid = Payment.objects.filter(state=Payment.State.PAID).order_by("paid_at")
    paid = paid.prefetch_related(Prefetch("refunds", queryset=done, to_attr="done_refunds"))
    later = Invoice.objects.filter(
        sign_up=OuterRef("sign_up"), kind=Invoice.Kind.INVOICE, pk__gt=OuterRef("pk")
    )
    return invoices.annotate(is_replaced=Exists(later)).prefetch_related(
        Prefetch("sign_up__payments", queryset=paid, to_attr="paid_payments")
    )


# --- Totals ------------------------------------------------------------------------------------

MOST_TOTALLED = 20_000  # decades of this institute; for more, choose a period


def totals(invoices):
    """The `rows` of the table of totals, and what is `open`; None for no or too many invoices.

    `open` is the part of these invoices that was neither paid nor credited, in whatever period.
    """
    if not 0 < invoices.count() <= MOST_TOTALLED:
        return None
    found = {row["kind"]: row for row in _sums(invoices.order_by())}
    rows = [
        _row(label, found.get(kind), sign=_sign(kind))
        for kind, label in (
            (Invoice.Kind.INVOICE, _("Invoices")),
            (Invoice.Kind.CREDIT_NOTE, _("Credit notes")),
        )
    ]
    together = {name: sum(row[name] for row in rows) for name in ("number", *SUMMED)}
    rows.append({"label": _("Together"), **together})
    for row in rows:
        row["amounts"] = [amounts.in_words(row[name]) for name in SUMMED]
    return {"rows": rows, "open": format_euros(_open_cents(invoices.order_by()))}


SUMMED = ("net", "vat", "total")


def _sums(invoices):
    def cents(name):
        return Sum(Cast(KT(f"facts__vat__{name}"), IntegerField()))

    return invoices.values("kind").annotate(
        number=Count("pk"),
        net=cents("net_cents"),
        vat=cents("vat_cents"),
        total=Sum("amount_cents"),
    )


def _row(label, found, *, sign):
    found = found or {"number": 0} | dict.fromkeys(SUMMED, 0)
    amounts = {name: sign * found[name] for name in SUMMED}
    return {"label": label, "number": found["number"], **amounts}


def _open_cents(invoices):
    unpaid = invoices.filter(kind=Invoice.Kind.INVOICE, sign_up__paid_at=None)
    credited = Invoice.objects.filter(credits__in=unpaid.values("pk"))
    asked, taken_back = (
        rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0 for rows in (unpaid, credited)
    )
    short = balance.short(SignUp.objects.filter(pk__in=invoices.values("sign_up")))
    return asked - taken_back + sum(short.values_list("due_cents_sum", flat=True))


# --- The bookkeeper's file ---------------------------------------------------------------------


def fact(name):
    return lambda row: row.facts[name]


def buyer(name):
    return lambda row: row.facts["buyer"][name]


def _euros(cents):
    def signed(row):
        return _sign(row.kind) * Decimal(cents(row)) / 100

    return signed


def _description(row):
    return "; ".join(line["text"] for line in row.facts["lines"])


def _vat_rate(row):
    vat = row.facts["vat"]
    return _("exempt") if vat["exempt"] else f"{vat['percent']}%"


def _shows_payments(row):
    return row.kind == Invoice.Kind.INVOICE and not row.is_replaced


def _payments(row):
    return row.sign_up.paid_payments if _shows_payments(row) else []


def _refunds(row):
    return [refund for payment in _payments(row) for refund in payment.done_refunds]


def _paid_on(row):
    payments = _payments(row)
    if payments:
        return timezone.localdate(payments[-1].paid_at)
    day = row.facts.get("paid_on")
    return parse_date(day) if day else None


def _methods(row):
    return ", ".join(dict.fromkeys(payment_methods.in_words(payment) for payment in _payments(row)))


def _references(row):
    return ", ".join(payment.reference for payment in _payments(row) if payment.reference)


def _received(row):
    if not _shows_payments(row):
        return None
    cents = sum(paid.paid_cents - paid.charged_back_cents for paid in _payments(row))
    return Decimal(cents) / 100


def _refunded(row):
    if not _shows_payments(row):
        return None
    return Decimal(sum(refund.amount_cents for refund in _refunds(row))) / 100


def _refunded_on(row):
    days = [timezone.localdate(refund.done_at) for refund in _refunds(row) if refund.done_at]
    return max(days, default=None)


EXPORTED = {
    "number": (gettext_lazy("Number"), lambda row: row.number),
    "issued_on": (gettext_lazy("Date"), lambda row: row.issued_on),
    "kind": (gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    "credits": (gettext_lazy("Corrects"), lambda row: row.credits.number if row.credits else ""),
    "organisation": (gettext_lazy("Organisation"), buyer("organisation")),
    "name": (gettext_lazy("Name"), buyer("name")),
    "reference": (gettext_lazy("Reference"), buyer("reference")),
    "participant": (gettext_lazy("Participant"), fact("participant")),
    "description": (gettext_lazy("Description"), _description),
    "code": (gettext_lazy("Course date"), fact("code")),
    "net": (gettext_lazy("Without VAT"), _euros(lambda row: row.facts["vat"]["net_cents"])),
    "vat_rate": (gettext_lazy("VAT rate"), _vat_rate),
    "vat": (gettext_lazy("VAT"), _euros(lambda row: row.facts["vat"]["vat_cents"])),
    "total": (gettext_lazy("Amount"), _euros(lambda row: row.amount_cents)),
    "due_on": (gettext_lazy("Pay before"), lambda row: row.due_on),
    "standing": (gettext_lazy("State"), lambda row: payment_state(row)[1]),
    "paid_on": (gettext_lazy("Paid on"), _paid_on),
    "way": (gettext_lazy("Way"), _methods),
    "payment": (gettext_lazy("Reference of the payment"), _references),
    "received": (gettext_lazy("Received"), _received),
    "refunded_on": (gettext_lazy("Paid back on"), _refunded_on),
    "refunded": (gettext_lazy("Paid back"), _refunded),
}
