"""Removes personal data: step by step when terms end, or all at once when a person asks.

Of a sign-up remains that somebody was there: seats, days, prices and states, for which nobody needs
a name. Invoices keep names as long as tax law demands. The terms are in `courses.values.terms`.

A function with `due` does nothing, and returns False, if the row is not in that queryset any more.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core import retention
from core.backups import erasures
from core.models import RetentionRun, User
from courses.domain import date_alerts, payments, subjects, transitions
from courses.domain.subjects import Holding, Subject
from courses.models import (
    BuyerDetails,
    Certificate,
    Invoice,
    Payment,
    Refund,
    Roster,
    RosterMessage,
    SignUp,
    Upload,
)
from mail import forgetting as mails
from mail.models import OutgoingMail

HISTORY_NOTE = "personal data removed"


class StillNeededError(Exception):
    """A course is still to come or money is still due, so the data cannot be removed yet.

    `reasons` is what `reasons_to_keep` returns.
    """

    def __init__(self, reasons: dict[SignUp, tuple[str, ...]]) -> None:
        super().__init__()
        self.reasons = reasons


@transaction.atomic
def forget_details(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """Remove answers, files, remarks, motivation, wishes and the office's note of a sign-up."""
    sign_up = transitions.lock(pk)
    if not _is_still(due, pk):
        return False
    _clear_details(sign_up)
    sign_up.save(update_fields=["motivation", "remarks", "office_note"])
    erasures.note("courses.details", pk, mark=sign_up.created_at)
    return True


@transaction.atomic
def forget_sign_up(
    pk: int, now: datetime, due: QuerySet[Any] | None = None, by: User | None = None
) -> bool:
    """Remove all personal data from a sign-up and from the mails about it."""
    sign_up = transitions.lock(pk)
    if not _is_still(due, pk):
        return False
    _clear_details(sign_up)
    _clear_person(sign_up)
    sign_up.forgotten_at = now
    sign_up.save()
    BuyerDetails.objects.filter(sign_up=sign_up).delete()
    sign_up.consents.all().delete()
    sign_up.attendance.all().delete()
    sign_up.changes.update(note="", reason="")
    _delete_messages(_messages_to(pk))
    mails.remove_people(_mails_about([pk]), now)
    _clear_log(pk, sign_up.roster.code)
    transitions.log(sign_up, now, by=by, note=HISTORY_NOTE)
    erasures.note("courses.sign_up", pk, mark=sign_up.created_at, state=sign_up.state)
    return True


@transaction.atomic
def forget_certificate(pk: int, now: datetime, due: QuerySet[Any] | None = None) -> bool:
    """Remove the name from a certificate and revoke it; that one was issued stays known."""
    transitions.lock(Certificate.objects.values_list("sign_up", flat=True).get(pk=pk))
    if not _is_still(due, pk):
        return False
    certificate = Certificate.objects.get(pk=pk)
    certificate.facts = {**certificate.facts, "name": ""}
    certificate.revoked_at = certificate.revoked_at or now
    certificate.save(update_fields=["facts", "revoked_at"])
    SignUp.objects.filter(earlier_certificate=certificate).update(earlier_certificate=None)
    erasures.note("courses.certificate", pk, mark=certificate.code)
    return True


@transaction.atomic
def forget_invoice(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """Remove the names from an invoice. Number, days and amounts stay, so no number is missing."""
    transitions.lock(Invoice.objects.values_list("sign_up", flat=True).get(pk=pk))
    if not _is_still(due, pk):
        return False
    invoice = Invoice.objects.get(pk=pk)
    nobody = dict.fromkeys(invoice.facts.get("buyer", {}), "")
    invoice.facts = {**invoice.facts, "participant": "", "buyer": nobody}
    invoice.save(update_fields=["facts"])
    erasures.note("courses.invoice", pk, mark=invoice.created_at)
    return True


@transaction.atomic
def forget_payment(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """Remove remark and references, by which a payment can be found; its amount stays."""
    transitions.lock(Payment.objects.values_list("sign_up", flat=True).get(pk=pk))
    if not _is_still(due, pk):
        return False
    Payment.objects.filter(pk=pk).update(reference="", checkout_url="", remark="")
    Refund.objects.filter(payment=pk).update(reference="")
    erasures.note("courses.payment", pk, mark=Payment.objects.get(pk=pk).key)
    return True


def forget_message(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """Delete a mail that staff wrote to a course group, for its text may be about a person."""
    found = (RosterMessage.objects.all() if due is None else due).filter(pk=pk)
    return bool(_delete_messages(found))


def reasons_to_keep(subject: Subject) -> dict[SignUp, tuple[str, ...]]:
    """Why the data of this person cannot be removed now: {sign-up: reasons}, empty if they can.

    A reason is "coming" (a live sign-up for a date that is not over) or "money" (a payment or a
    refund is not finished, or can still be claimed: see `has_open_money`).
    """
    today = timezone.localdate()
    reasons = {}
    for sign_up in subject.sign_ups:
        found = []
        held = sign_up.state in SignUp.HELD
        if held or (sign_up.is_live and sign_up.roster.last_day >= today):
            found.append("coming")
        if _open_money(sign_up):
            found.append("money")
        if found:
            reasons[sign_up] = tuple(found)
    return reasons


def forget(subject: Subject, *, by: User) -> RetentionRun:
    """Remove at once all data of a person who asks for it (art. 17 GDPR), except what law keeps.

    Certificates as well, so that nobody can check them any more. Returns the RetentionRun that
    counts what was removed. Raises StillNeededError.
    """
    reasons = reasons_to_keep(subject)
    if reasons:
        raise StillNeededError(reasons)
    now = timezone.now()
    former = [holding for holding in subject.holdings if holding.is_former]
    counts = {"participants": 0, "certificates": 0, "mail_texts": 0}
    with transaction.atomic():
        for sign_up in subject.in_order_of_locks():
            transitions.lock(sign_up.pk)
        if reasons_to_keep(subjects.reload(subject)):
            raise StillNeededError(reasons_to_keep(subjects.reload(subject)))
        for sign_up in subject.in_order_of_locks():
            if sign_up.forgotten_at is None:
                counts["participants"] += forget_sign_up(sign_up.pk, now, by=by)
            for certificate in Certificate.objects.filter(sign_up=sign_up).exclude(facts__name=""):
                counts["certificates"] += forget_certificate(certificate.pk, now)
        for holding in former:
            forget_time_of(holding)
        counts["mail_texts"] += mails.remove_people(subject.mails_elsewhere(), now)
        _forget_payer(subject)
        if subject.address:
            date_alerts.forget_address(subject.address)
        transaction.on_commit(retention.leave_no_trace)
        return RetentionRun.objects.create(
            at=now, by=by, counts={key: number for key, number in counts.items() if number}
        )


def forget_time_of(holding: Holding) -> None:
    """Remove what was written about this person, on a sign-up that is a colleague's now."""
    pk = holding.sign_up.pk
    holding.sign_up.changes.filter(holding.within("at")).update(reason="")
    _delete_messages(_messages_to(pk).filter(holding.within("updated_at")))
    erasures.note(
        "courses.former",
        pk,
        mark=holding.sign_up.created_at,
        since=holding.since and holding.since.isoformat(),
        until=holding.until and holding.until.isoformat(),
    )


def _forget_payer(subject: Subject) -> None:
    """Remove the address of a buyer for others, once that is over. The organisation stays."""
    over = subject.paying_for().exclude(sign_up__state__in=SignUp.HELD)
    for pk, begun in over.values_list("sign_up_id", "sign_up__created_at"):
        erasures.note("courses.payer", pk, mark=begun)
    over.update(email="")


def _delete_messages(found: QuerySet[RosterMessage]) -> int:
    for pk, written_at in found.values_list("pk", "created_at"):
        erasures.note("courses.message", pk, mark=written_at)
    return found.delete()[0]


def _is_still(due: QuerySet[Any] | None, pk: int) -> bool:
    return due is None or due.filter(pk=pk).exists()


def _open_money(sign_up: SignUp) -> bool:
    return SignUp.objects.filter(has_open_money(), pk=sign_up.pk).exists()


def _clear_details(sign_up: SignUp) -> None:
    sign_up.motivation = sign_up.remarks = sign_up.office_note = ""
    sign_up.swap_wishes.clear()
    uploads = list(Upload.objects.select_for_update(of=["self"]).filter(answer__sign_up=sign_up))
    sign_up.answers.all().delete()
    for upload in uploads:
        upload.delete()
        # The row first: a file without a row is found again by `uploads.discard_unclaimed`.
        transaction.on_commit(partial(upload.file.delete, save=False))


def _clear_person(sign_up: SignUp) -> None:
    """Hashes are replaced as well: whoever guesses a name could find it by its hash."""
    for name in ("first_name", "infix", "last_name", "email", "phone", "terms_version"):
        setattr(sign_up, name, "")
    sign_up.person_key = secrets.token_hex(32)
    sign_up.token_nonce, sign_up.token_hash = secrets.token_hex(16), secrets.token_hex(32)
    sign_up.idempotency_key = uuid.uuid4()
    sign_up.earlier_certificate = None


def _mails_about(sign_up_ids: Sequence[int]) -> QuerySet[OutgoingMail]:
    content_type = ContentType.objects.get_for_model(SignUp)
    return OutgoingMail.objects.filter(content_type=content_type, object_id__in=sign_up_ids)


def _messages_to(pk: int) -> QuerySet[RosterMessage]:
    """Mails to a group that reached, or would reach, only this person."""
    return RosterMessage.objects.filter(Q(sent_to=[pk]) | Q(sent_at=None, people=[pk]))


def _clear_log(pk: int, code: str) -> None:
    """The log of the CMS labels its entries with the name of the person."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(SignUp), object_id=str(pk)
    )
    entries.update(label=code, data={})


def has_open_money() -> Q:
    """A filter for sign-ups with money on its way in or out, or that depends on a choice.

    A person who paid for a date that was called off can get everything back until they choose.
    """
    attempts = payments.still_open().filter(sign_up=OuterRef("pk"))
    refunds = Refund.objects.filter(payment__sign_up=OuterRef("pk"), state__in=Refund.OPEN)
    received = Payment.objects.filter(sign_up=OuterRef("pk"), paid_cents__gt=0)
    has_to_choose = Q(state__in=SignUp.LIVE, roster__state=Roster.State.CALLED_OFF)
    return Q(Exists(attempts)) | Q(Exists(refunds)) | (has_to_choose & Q(Exists(received)))


def invoices_naming_somebody() -> Q:
    """A filter for invoices on which a person is named."""
    return ~Q(facts__participant="")
