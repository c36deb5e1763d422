"""What a restored backup does not know: numbers given out, money received, people erased since."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.backups.erasures import hashed
from courses.domain import forgetting, holds, notices, reconciliation, swaps, transitions
from courses.domain.subjects import Holding
from courses.models import (
    BuyerDetails,
    Certificate,
    DateAlert,
    Invoice,
    NumberSeries,
    Payment,
    RosterMessage,
    SignUp,
)

NUMBERS = 100  # invoices and credit notes that may have been issued since the backup


@transaction.atomic
def skip_invoice_numbers(since: datetime) -> list[NumberSeries]:
    """Leave out numbers that may be on papers sent since then; the series keeps how many."""
    skipped = []
    for year in range(timezone.localdate(since).year, timezone.localdate().year + 1):
        series, _created = NumberSeries.objects.select_for_update().get_or_create(year=year)
        series.last += NUMBERS
        series.skipped += NUMBERS
        series.save(update_fields=["last", "skipped"])
        skipped.append(series)
    return skipped


def ask_the_provider(since: datetime) -> int:
    """Find the payments made since then. Returns the number of differences with what we know."""
    return reconciliation.reconcile() + reconciliation.sweep(since - timedelta(hours=1))


def write_what_is_due() -> None:
    """Let the site write the mails that it would write by itself, so that they can be held back:
    most of them were written before.
    """
    now = timezone.localtime().replace(hour=12)  # at night some are not written
    holds.expire()
    swaps.lapse_unanswered()
    for write in (
        notices.mail_documents,
        notices.remind_of_payment,
        notices.remind_to_choose,
        notices.mail_practical_information,
        notices.mail_assignment,
        notices.mail_thanks,
    ):
        write(now)


# --- Erase again. Each is given a line of `core.backups.erasures` -----------------------------


def erase_sign_up(line: dict[str, Any]) -> bool:
    """Also end it if it had ended by then: nobody is behind its seats."""
    sign_up = _sign_up(line)
    if sign_up is None or sign_up.forgotten_at:
        return False
    with transaction.atomic():
        sign_up = transitions.lock(sign_up.pk)
        if sign_up.is_live and line["state"] not in SignUp.LIVE:
            transitions.end(sign_up, line["state"], "")
        return forgetting.forget_sign_up(sign_up.pk, timezone.now())


def erase_details(line: dict[str, Any]) -> bool:
    sign_up = _sign_up(line)
    return sign_up is not None and forgetting.forget_details(sign_up.pk)


def erase_certificate(line: dict[str, Any]) -> bool:
    found = Certificate.objects.filter(pk=line["id"]).exclude(facts__name="").first()
    if found is None or not _is_same(found.code, line):
        return False
    return forgetting.forget_certificate(found.pk, timezone.now())


def erase_invoice(line: dict[str, Any]) -> bool:
    found = Invoice.objects.filter(forgetting.invoices_naming_somebody(), pk=line["id"]).first()
    if found is None or not _is_same(found.created_at, line):
        return False
    return forgetting.forget_invoice(found.pk)


def erase_payment(line: dict[str, Any]) -> bool:
    found = Payment.objects.filter(pk=line["id"]).exclude(reference="").first()
    if found is None or not _is_same(found.key, line):
        return False
    return forgetting.forget_payment(found.pk)


def erase_message(line: dict[str, Any]) -> bool:
    found = RosterMessage.objects.filter(pk=line["id"]).first()
    if found is None or not _is_same(found.created_at, line):
        return False
    return forgetting.forget_message(found.pk)


def erase_former(line: dict[str, Any]) -> bool:
    """What was written about somebody whose place is a colleague's now."""
    sign_up = _sign_up(line)
    if sign_up is None:
        return False
    since, until = (parse_datetime(line[name] or "") for name in ("since", "until"))
    forgetting.forget_time_of(Holding(sign_up, since, until))
    return True


def erase_date_alert(line: dict[str, Any]) -> bool:
    """Somebody who stopped hears nothing more."""
    found = DateAlert.objects.filter(pk=line["id"]).first()
    if found is None or not _is_same(found.created_at, line):
        return False
    return bool(found.delete()[0])


def erase_payer(line: dict[str, Any]) -> bool:
    sign_up = _sign_up(line)
    if sign_up is None:
        return False
    return bool(BuyerDetails.objects.filter(sign_up=sign_up, email__gt="").update(email=""))


def _sign_up(line: dict[str, Any]) -> SignUp | None:
    found = SignUp.objects.filter(pk=line["id"]).first()
    return found if found and _is_same(found.created_at, line) else None


def _is_same(mark: object, line: dict[str, Any]) -> bool:
    """Whether this is the row that was erased, and not another that got its id."""
    return hashed(mark) == line["mark"]
