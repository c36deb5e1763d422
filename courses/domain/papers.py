"""Invoices and credit notes without gaps, and certificates that anybody can check."""

import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.models import SiteSettings
from courses.domain import events, transitions
from courses.models import Attendance, Certificate, Invoice, NumberSeries, SignUp

MOST_SIGNERS = 2  # what fits on the certificate
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else


class NotPresentError(Exception):
    """Nobody has noted that this person was there."""


def issue_invoice(sign_up, *, paid_on=None, due_on=None):
    """The invoice of a sign-up, in the caller's transaction; the one that stands if there is one.

    None where there is nothing to pay.
    """
    standing = standing_invoice(sign_up)
    if standing or not sign_up.price_cents:
        return standing
    facts = _facts(sign_up, Invoice.Kind.INVOICE, sign_up.price_cents)
    facts |= {"paid_on": _iso(paid_on), "due_on": _iso(due_on)}
    return _write(sign_up, Invoice.Kind.INVOICE, sign_up.price_cents, facts, due_on=due_on)


def credit(invoice, cents, *, reason=""):
    """A credit note on an invoice for so many cents, never more than is left of it. Or None."""
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
        "reason": reason,
    }
    return _write(sign_up, Invoice.Kind.CREDIT_NOTE, cents, facts, credits=invoice)


def credit_after_end(sign_up, back_cents):
    """The sign-up is over: credit what goes back; an invoice that nobody paid, wholly."""
    invoice = standing_invoice(sign_up)
    if invoice is None:
        return None
    was_paid = sign_up.paid_at is not None
    return credit(invoice, back_cents if was_paid else invoice.amount_cents)


def replace_invoice(sign_up, cents=None, *, due_on=None):
    """The sign-up has moved: credit the old invoice and write one with the new days.

    For the same amount, or for so many `cents`: none for nothing. With `due_on` it has that term.
    """
    invoice = standing_invoice(sign_up)
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


def standing_invoice(sign_up):
    """The invoice that has not been credited wholly, or None."""
    invoices = sign_up.invoices.filter(kind=Invoice.Kind.INVOICE).order_by("-year", "-sequence")
    return next((invoice for invoice in invoices if left_cents(invoice) > 0), None)


def left_cents(invoice):
    credited = sum(note.amount_cents for note in invoice.credited_by.all())
    return invoice.amount_cents - credited


def note_attendance(sign_up, present_on, days=None, event=None):
    """Write down on which of the course days this person was there.

    With `days` only about those, and only if this person is expected then.
    """
    noted = [
        Attendance(sign_up=sign_up, day=day, present=day in present_on)
        for day in days_of(sign_up, event)
        if days is None or day in days
    ]
    Attendance.objects.bulk_create(
        noted,
        update_conflicts=True,
        unique_fields=["sign_up", "day"],
        update_fields=["present"],
    )


def days_of(sign_up, event=None):
    """All days on which this person is expected, in order; one that two parts share is one day."""
    event = event or events.of_roster(sign_up.roster)
    parts = event.parts_for(sign_up.kind) if event else ()
    return sorted({day for part in parts for day in part.days})


@transaction.atomic
def issue_certificate(sign_up, *, by=None):
    """The certificate of somebody who was there; the one that exists if there is one.

    Raises NotPresentError when no day of presence has been noted.
    """
    sign_up = transitions.lock(sign_up.pk)
    existing = Certificate.objects.filter(sign_up=sign_up).first()
    if existing and existing.revoked_at is None:
        return existing
    days = list(sign_up.attendance.filter(present=True).values_list("day", flat=True))
    if sign_up.state != SignUp.State.CONFIRMED or not days:
        raise NotPresentError
    code = _new_code()
    facts = {
        "code": code,
        "language": sign_up.language,
        "issued_at": timezone.now(),
        "revoked_at": None,
        "facts": _certificate_facts(sign_up, code, days),
    }
    transitions.log(sign_up, timezone.now(), by=by, note="certificate issued")
    return Certificate.objects.update_or_create(sign_up=sign_up, defaults=facts)[0]


@transaction.atomic
def revoke_certificate(certificate, *, by):
    """Nobody can confirm this certificate any more. One issued anew gets another code."""
    sign_up = transitions.lock(certificate.sign_up_id)
    now = timezone.now()
    standing = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    if standing.update(revoked_at=now):
        transitions.log(sign_up, now, by=by, note="certificate revoked")


def find_certificate(text):
    """The certificate with this code, however it is typed; None also for a revoked one."""
    plain = "".join(letter for letter in text.upper() if letter in CODE_ALPHABET)[-8:]
    code = f"RT-{plain[:4]}-{plain[4:]}"
    return Certificate.objects.filter(code=code, revoked_at=None).first()


def certificate_url(certificate):
    with translation.override(certificate.language):
        return settings.SITE_URL + reverse("certificate", args=[certificate.code])


def _write(sign_up, kind, cents, facts, *, due_on=None, credits=None):
    today = timezone.localdate()
    series, _created = NumberSeries.objects.select_for_update().get_or_create(year=today.year)
    series.last += 1
    series.save(update_fields=["last"])
    number = f"{series.year}-{series.last:04}"
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


def _facts(sign_up, kind, cents):
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
        "reason": "",
        **_money(cents),
    }


def _money(cents):
    """Prices include VAT, so it is taken out of them: rounded half up, in whole cents."""
    institute = SiteSettings.current()
    if institute.crkbo_registered:
        return {
            "total_cents": cents,
            "vat": {"exempt": True, "percent": "", "net_cents": cents, "vat_cents": 0},
        }
    tenths = int(institute.vat_percent * 10)
    vat = (2 * cents * tenths + 1000 + tenths) // (2 * (1000 + tenths))
    percent = f"{institute.vat_percent.normalize():f}" if tenths else "0"
    return {
        "total_cents": cents,
        "vat": {"exempt": False, "percent": percent, "net_cents": cents - vat, "vat_cents": vat},
    }


def _seller():
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


def _buyer(sign_up):
    buyer = getattr(sign_up, "buyer", None)
    names = ("organisation", "reference", "street", "postcode", "city")
    known = {name: getattr(buyer, name) if buyer else "" for name in names}
    return {"name": sign_up.full_name, **known}


def _certificate_facts(sign_up, code, days):
    event = events.for_reader(sign_up.roster, sign_up.language)
    with translation.override(sign_up.language):
        url = settings.SITE_URL + reverse("certificate", args=[code])
    return {
        "name": sign_up.full_name,
        "course": sign_up.event_title,
        "code": sign_up.roster.code,
        "days": [day.isoformat() for day in sorted(days)],
        "places": event.places if event else [],
        "institute": SiteSettings.current().institute_name,
        "certificate_code": code,
        "verify_url": url,
        "issued_on": timezone.localdate().isoformat(),
        "signers": _signers(event.course) if event else [],
    }


def _signers(course):
    """Who teaches, in the order of the course's page: those roles for which somebody is chosen."""
    found = {}
    for block in course.team:
        for person in block.value["people"]:
            person = person.localized
            if person.live:
                found.setdefault(person.title, {"name": person.title, "role": block.value["role"]})
    return list(found.values())[:MOST_SIGNERS]


def _new_code():
    letters = "".join(secrets.choice(CODE_ALPHABET) for _letter in range(8))
    return f"RT-{letters[:4]}-{letters[4:]}"


def _iso(day):
    return day.isoformat() if day else None
