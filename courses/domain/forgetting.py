"""What was personal goes: in steps when terms are over, or all at once when somebody asks.

What stays of a sign-up is that somebody was there: seats, days, prices and states, for which nobody
needs a name. Invoices keep theirs for as long as the tax law wants. The terms are in
`courses.values.terms`.
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
from core.models import RetentionRun, User
from courses.domain import payments, subjects, transitions
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
    """A course is still to come, or money is still due: first that, then forgetting."""

    def __init__(self, reasons: dict[SignUp, tuple[str, ...]]) -> None:
        super().__init__()
        self.reasons = reasons


@transaction.atomic
def forget_details(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """Answers, files, remarks, motivation, wishes and the office's note of one sign-up go.

    Every function here does nothing, and answers False, where the row is not among `due` any more.
    """
    sign_up = transitions.lock(pk)
    if not _is_still(due, pk):
        return False
    _clear_details(sign_up)
    sign_up.save(update_fields=["motivation", "remarks", "office_note"])
    return True


@transaction.atomic
def forget_sign_up(
    pk: int, now: datetime, due: QuerySet[Any] | None = None, by: User | None = None
) -> bool:
    """Nobody can be found in this sign-up any more, nor in the mails about it."""
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
    _messages_to(pk).delete()
    mails.remove_people(_mails_about([pk]), now)
    _clear_log(pk, sign_up.roster.code)
    transitions.log(sign_up, now, by=by, note=HISTORY_NOTE)
    return True


@transaction.atomic
def forget_certificate(pk: int, now: datetime, due: QuerySet[Any] | None = None) -> bool:
    """Nobody can check this certificate any more; that one was issued stays known."""
    transitions.lock(Certificate.objects.values_list("sign_up", flat=True).get(pk=pk))
    if not _is_still(due, pk):
        return False
    certificate = Certificate.objects.get(pk=pk)
    certificate.facts = {**certificate.facts, "name": ""}
    certificate.revoked_at = certificate.revoked_at or now
    certificate.save(update_fields=["facts", "revoked_at"])
    SignUp.objects.filter(earlier_certificate=certificate).update(earlier_certificate=None)
    return True


@transaction.atomic
def forget_invoice(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """The law wants it no longer: number, days and amounts stay, so that no number is missing."""
    transitions.lock(Invoice.objects.values_list("sign_up", flat=True).get(pk=pk))
    if not _is_still(due, pk):
        return False
    invoice = Invoice.objects.get(pk=pk)
    nobody = dict.fromkeys(invoice.facts.get("buyer", {}), "")
    invoice.facts = {**invoice.facts, "participant": "", "buyer": nobody, "reason": ""}
    invoice.save(update_fields=["facts"])
    return True


@transaction.atomic
def forget_payment(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """Nobody can find this payment at the provider any more; its amount stays."""
    transitions.lock(Payment.objects.values_list("sign_up", flat=True).get(pk=pk))
    if not _is_still(due, pk):
        return False
    Payment.objects.filter(pk=pk).update(reference="", checkout_url="")
    Refund.objects.filter(payment=pk).update(reference="")
    return True


def forget_message(pk: int, due: QuerySet[Any] | None = None) -> bool:
    """What staff wrote to a course group, for that may be about somebody."""
    rows = RosterMessage.objects.all() if due is None else due
    return bool(rows.filter(pk=pk).delete()[0])


def still_needed(subject: Subject) -> dict[SignUp, tuple[str, ...]]:
    """Why this person cannot be forgotten now: {sign-up: (state's reason, ...)} without words.

    Reasons are “coming” (a live sign-up for a date that is not over) and “money” (a payment or a
    refund is not finished, or can still be asked for: see `open_money`).
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
    """Somebody asks to be forgotten: all that the law does not want to be kept goes, at once.

    Certificates too, so that nobody can check them any more. Raises StillNeededError. Returns the
    RetentionRun that says how much went.
    """
    reasons = still_needed(subject)
    if reasons:
        raise StillNeededError(reasons)
    now = timezone.now()
    former = [holding for holding in subject.holdings if holding.is_former]
    counts = {"participants": 0, "certificates": 0, "mail_texts": 0}
    with transaction.atomic():
        for sign_up in subject.in_order_of_locks():
            transitions.lock(sign_up.pk)
        if still_needed(subjects.again(subject)):
            raise StillNeededError(still_needed(subjects.again(subject)))
        for sign_up in subject.in_order_of_locks():
            if sign_up.forgotten_at is None:
                counts["participants"] += forget_sign_up(sign_up.pk, now, by=by)
            for certificate in Certificate.objects.filter(sign_up=sign_up).exclude(facts__name=""):
                counts["certificates"] += forget_certificate(certificate.pk, now)
        for holding in former:
            _forget_time_of(holding)
        counts["mail_texts"] += mails.remove_people(subject.mails_elsewhere(), now)
        _forget_payer(subject)
        transaction.on_commit(retention.leave_no_trace)
        return RetentionRun.objects.create(
            at=now, by=by, counts={key: number for key, number in counts.items() if number}
        )


def _forget_time_of(holding: Holding) -> None:
    """The sign-up is a colleague's now: only what was written about it before goes."""
    pk = holding.sign_up.pk
    holding.sign_up.changes.filter(holding.within("at")).update(reason="")
    _messages_to(pk).filter(holding.within("updated_at")).delete()


def _forget_payer(subject: Subject) -> None:
    """Who pays for somebody else, once that is over. The organisation stays with that sign-up."""
    subject.paying_for().exclude(sign_up__state__in=SignUp.HELD).update(email="")


def _is_still(due: QuerySet[Any] | None, pk: int) -> bool:
    return due is None or due.filter(pk=pk).exists()


def _open_money(sign_up: SignUp) -> bool:
    return SignUp.objects.filter(open_money(), pk=sign_up.pk).exists()


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
    """Nothing that can be looked up or tried out stays either: hashes of a name are names."""
    for name in ("first_name", "infix", "last_name", "email", "phone", "terms_version"):
        setattr(sign_up, name, "")
    sign_up.person_key = sign_up.fingerprint = secrets.token_hex(32)
    sign_up.token_nonce, sign_up.token_hash = secrets.token_hex(16), secrets.token_hex(32)
    sign_up.idempotency_key = uuid.uuid4()
    sign_up.earlier_certificate = None


def _mails_about(sign_up_ids: Sequence[int]) -> QuerySet[OutgoingMail]:
    content_type = ContentType.objects.get_for_model(SignUp)
    return OutgoingMail.objects.filter(content_type=content_type, object_id__in=sign_up_ids)


def _messages_to(pk: int) -> QuerySet[RosterMessage]:
    """What staff wrote to this person alone, though it went the way of mails to a group."""
    return RosterMessage.objects.filter(Q(sent_to=[pk]) | Q(sent_at=None, people=[pk]))


def _clear_log(pk: int, code: str) -> None:
    """The log of the CMS calls things by their names."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(SignUp), object_id=str(pk)
    )
    entries.update(label=code, data={})


def open_money() -> Q:
    """Sign-ups of which money is still on its way in or out, or waits for their choice: who paid
    for a date that was called off and has not chosen can still have everything back.
    """
    attempts = payments.still_open().filter(sign_up=OuterRef("pk"))
    refunds = Refund.objects.filter(payment__sign_up=OuterRef("pk"), state__in=Refund.OPEN)
    received = Payment.objects.filter(sign_up=OuterRef("pk"), paid_cents__gt=0)
    has_to_choose = Q(state__in=SignUp.LIVE, roster__state=Roster.State.CALLED_OFF)
    return Q(Exists(attempts)) | Q(Exists(refunds)) | (has_to_choose & Q(Exists(received)))


def named_on_paper() -> Q:
    """Invoices on which somebody is named."""
    return ~Q(facts__participant="")
