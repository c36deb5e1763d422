"""Invoices and credit notes, numbered without gaps."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import site_words
from core.models import SiteSettings
from courses.models import Invoice, NumberSeries, SignUp
from courses.reading import events


def issue(
    sign_up: SignUp,
    *,
    paid_on: date | None = None,
    part_cents: int | None = None,
    due_on: date | None = None,
) -> Invoice | None:
    """Issue the invoice of a sign-up, in the caller's transaction. Idempotent.

    With `part_cents` only so much of it was paid on that day.
    Returns the standing invoice if there is one, and None when there is nothing to pay.
    """
    existing = standing(sign_up)
    if existing or not sign_up.price_cents:
        return existing
    facts = _facts(sign_up, Invoice.Kind.INVOICE, sign_up.price_cents)
    facts |= {"paid_on": _iso(paid_on), "due_on": _iso(due_on)}
    if part_cents is not None:
        facts["part_cents"] = part_cents
    return _write(sign_up, Invoice.Kind.INVOICE, sign_up.price_cents, facts, due_on=due_on)


def credit(invoice: Invoice, cents: int) -> Invoice | None:
    """Issue a credit note on an invoice for so many cents, but no more than is left of it.

    Returns None, and issues nothing, when nothing is left.
    """
    cents = min(cents, left_cents(invoice))
    if cents <= 0:
        return None
    sign_up = invoice.sign_up
    facts = {
        **invoice.facts,
        **_money(cents),
        "kind": Invoice.Kind.CREDIT_NOTE,
        "credits": invoice.number,
        "lines": [{"text": invoice.facts["lines"][0]["text"], "amount_cents": cents}],
        "paid_on": None,
        "due_on": None,
    }
    return _write(sign_up, Invoice.Kind.CREDIT_NOTE, cents, facts, credits=invoice)


def credit_after_end(sign_up: SignUp, kept_cents: int) -> Invoice | None:
    """Credit the invoice of a sign-up that ended, down to what is kept of the money that came in.

    The credit note so says what really goes back, however it went; all of an unpaid invoice.
    """
    invoice = standing(sign_up)
    return invoice and credit(invoice, left_cents(invoice) - kept_cents)


def replace(
    sign_up: SignUp, cents: int | None = None, *, due_on: date | None = None
) -> Invoice | None:
    """Credit the invoice of a sign-up that moved, and issue one with the new days.

    For the same amount, or for so many `cents`; for 0 cents no new one is issued. With `due_on` the
    new invoice has that due date. Returns the new invoice, or None.
    """
    invoice = standing(sign_up)
    if invoice is None:
        return None
    paid_on = invoice.facts.get("paid_on")
    left = left_cents(invoice)
    credit(invoice, left)
    amount = left if cents is None else cents
    if not amount:
        return None
    facts = {**_facts(sign_up, Invoice.Kind.INVOICE, amount), "paid_on": paid_on}
    due_on = due_on or invoice.due_on
    facts |= {"due_on": _iso(due_on)}
    return _write(sign_up, Invoice.Kind.INVOICE, amount, facts, due_on=due_on)


def release(invoice: Invoice) -> bool:
    """Put the institute's own data on a document that was held for them. Returns whether it may go.

    It has never left the office, so it is filled in and not corrected.
    """
    if not invoice.is_held:
        return True
    if SiteSettings.current().missing_on_invoices:
        return False
    facts = {name: value for name, value in invoice.facts.items() if name != "held"}
    invoice.facts = {**facts, **_money(invoice.amount_cents), "seller": _seller()}
    invoice.save(update_fields=["facts"])
    return True


def standing(sign_up: SignUp) -> Invoice | None:
    """The invoice of this sign-up that has not been credited completely, or None."""
    invoices = sign_up.invoices.filter(kind=Invoice.Kind.INVOICE).order_by("-year", "-sequence")
    return next((invoice for invoice in invoices if left_cents(invoice) > 0), None)


def left_cents(invoice: Invoice) -> int:
    """The amount of an invoice minus its credit notes."""
    credited = sum(note.amount_cents for note in invoice.credited_by.all())
    return invoice.amount_cents - credited


def _write(
    sign_up: SignUp,
    kind: str,
    cents: int,
    facts: dict[str, Any],
    *,
    due_on: date | None = None,
    credits: Invoice | None = None,
) -> Invoice:
    today = timezone.localdate()
    series, _created = NumberSeries.objects.select_for_update().get_or_create(year=today.year)
    series.last += 1
    series.save(update_fields=["last"])
    number = f"{series.year}-{series.last:04}"
    if SiteSettings.current().missing_on_invoices:
        facts = {**facts, "held": True}
    return Invoice.objects.create(
        kind=kind,
        year=series.year,
        sequence=series.last,
        number=number,
        sign_up=sign_up,
        credits=credits,
        amount_cents=cents,
        issued_on=today,
        due_on=due_on,
        language=sign_up.language,
        facts={**facts, "number": number, "issued_on": today.isoformat()},
    )


def _facts(sign_up: SignUp, kind: str, cents: int) -> dict[str, Any]:
    event = events.of_roster(sign_up.roster)
    with translation.override(sign_up.language):
        days = event.days_in_words_for(sign_up.kind) if event else ""
        text = _("%(course)s, course code %(code)s") % {
            "course": sign_up.event_title,
            "code": sign_up.roster.code,
        }
    return {
        "kind": kind,
        "credits": "",
        "seller": _seller(),
        "buyer": _buyer(sign_up),
        "participant": sign_up.full_name,
        "course": sign_up.event_title,
        "code": sign_up.roster.code,
        "days": days,
        "lines": [{"text": text, "amount_cents": cents}],
        "extra": site_words.own("invoice-extra", sign_up.language),
        **_money(cents),
    }


def _money(cents: int) -> dict[str, Any]:
    """The total and the VAT in it, in cents. Prices include VAT; VAT is rounded half up.

    Training by an institute in the CRKBO register is exempt (art. 11(1)(o) Wet OB 1968).
    """
    institute = SiteSettings.current()
    if institute.crkbo_registered:
        return {
            "total_cents": cents,
            "vat": {"exempt": True, "percent": "", "net_cents": cents, "vat_cents": 0},
        }
    rate = Decimal(institute.vat_percent)  # a whole number as long as nobody has saved the settings
    tenths = int(rate * 10)
    vat = (2 * cents * tenths + 1000 + tenths) // (2 * (1000 + tenths))
    percent = f"{rate.normalize():f}" if tenths else "0"
    return {
        "total_cents": cents,
        "vat": {"exempt": False, "percent": percent, "net_cents": cents - vat, "vat_cents": vat},
    }


def _seller() -> dict[str, str]:
    institute = SiteSettings.current()
    names = (
        "legal_name",
        "street",
        "postcode",
        "city",
        "phone",
        "kvk_number",
        "vat_number",
        "iban",
    )
    return {
        "name": institute.institute_name,
        "email": institute.email,
        **{name: getattr(institute, name) for name in names},
    }


def _buyer(sign_up: SignUp) -> dict[str, str]:
    buyer = getattr(sign_up, "buyer", None)
    names = ("organisation", "reference", "street", "postcode", "city", "country")
    known = {name: getattr(buyer, name) if buyer else "" for name in names}
    return {"name": sign_up.full_name, **known}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
