"""Invariants: what must hold at every moment. Each function yields the violations of one.

A violation is a line of text with ids and codes, without personal data.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from wagtail.models import Locale

from courses.domain import uploads
from courses.domain.transitions import TAKEN_BACK
from courses.models import (
    CourseEventPart,
    Invoice,
    NumberSeries,
    Payment,
    Refund,
    Roster,
    SeatClaim,
    SignUp,
    SwapOffer,
    Upload,
)
from courses.reading import balance
from mail.models import OutgoingMail
from mail.sending import MOST_ATTEMPTS


def violations() -> Iterator[str]:
    """Every violation of every invariant."""
    for check in (
        overfull_parts,
        claims_of_ended_sign_ups,
        claims_on_another_roster,
        claims_of_live_sign_ups,
        open_offers,
        claims_of_ended_offers,
        unpaid_confirmed_sign_ups,
        confirmations,
        states_without_their_moment,
        payments_without_a_place,
        refunds_beyond_their_payment,
        balances_without_a_cause,
        confirmed_without_invoice,
        numbers_with_a_gap,
        credit_beyond_its_invoice,
        mails_beyond_their_limit,
        uploads_without_file,
        files_without_upload,
    ):
        yield from check()


def overfull_parts() -> Iterator[str]:
    """No part has more seats taken than its roster's capacity.

    `rosters.sync_with_page` never lowers it below what is taken. Extra seats do not count: the
    office gave them beyond capacity, and each is marked as one.
    """
    taken = (
        SeatClaim.objects.filter(is_extra=False)
        .values("roster__code", "part_key", "roster__capacity")
        .annotate(taken=Count("pk"))
        .filter(taken__gt=F("roster__capacity"))
        .order_by("roster__code", "part_key")
    )
    for row in taken:
        yield (
            f"{row['roster__code']}: {row['taken']} seats taken of {row['roster__capacity']}"
            f" in part {row['part_key']}"
        )


def claims_of_ended_sign_ups() -> Iterator[str]:
    ended = SignUp.objects.exclude(state__in=SignUp.LIVE).filter(claims__isnull=False).distinct()
    for sign_up in ended.order_by("pk"):
        yield f"sign-up {sign_up.pk} is {sign_up.state} and still has a seat"


def claims_on_another_roster() -> Iterator[str]:
    offered = Q(offer__sign_up=F("sign_up"), offer__roster=F("roster"))
    elsewhere = SeatClaim.objects.exclude(roster=F("sign_up__roster")).exclude(offered)
    for claim in elsewhere.order_by("pk"):
        yield f"sign-up {claim.sign_up_id} has a seat on roster {claim.roster_id}, not its own"


def claims_of_live_sign_ups() -> Iterator[str]:
    """A live sign-up has one seat in every part of its date; alumni in at least one part."""
    parts = _parts_by_roster()
    claimed: defaultdict[int, Counter[UUID]] = defaultdict(Counter)
    own = SeatClaim.objects.filter(offer=None)
    for sign_up, part_key in own.values_list("sign_up_id", "part_key"):
        claimed[sign_up][part_key] += 1
    live = SignUp.objects.filter(state__in=SignUp.LIVE).order_by("pk")
    for pk, kind, roster in live.values_list("pk", "kind", "roster_id"):
        if roster not in parts:
            continue  # the page was deleted behind the site's back; the seats stay as they were
        seats = claimed[pk]
        for part_key in sorted(seats.keys() - parts[roster], key=str):
            yield f"sign-up {pk} has a seat in part {part_key}, which its date does not have"
        missing = parts[roster] - seats.keys() if kind == SignUp.Kind.COURSE else set()
        for part_key in sorted(missing, key=str):
            yield f"sign-up {pk} has no seat in part {part_key}"
        if not seats:
            yield f"sign-up {pk} is live and has no seat"


def open_offers() -> Iterator[str]:
    """An open offer is for a live sign-up on another date, with one seat in every part offered."""
    parts = _parts_by_roster()
    offers = SwapOffer.objects.filter(state=SwapOffer.State.OPEN).select_related("sign_up")
    for offer in offers.order_by("pk").prefetch_related("claims"):
        if not offer.sign_up.is_live or offer.sign_up.roster_id == offer.roster_id:
            yield f"offer {offer.pk} is open, and its sign-up {offer.sign_up_id} cannot take it"
        offered = {claim.part_key for claim in offer.claims.all()}
        if offered != parts.get(offer.roster_id, offered):
            yield f"offer {offer.pk} does not have one seat in every part of its date"


def claims_of_ended_offers() -> Iterator[str]:
    ended = SwapOffer.objects.exclude(state=SwapOffer.State.OPEN).filter(claims__isnull=False)
    for offer in ended.distinct().order_by("pk"):
        yield f"offer {offer.pk} is {offer.state} and still has a seat"


def unpaid_confirmed_sign_ups() -> Iterator[str]:
    unpaid = SignUp.objects.filter(
        state=SignUp.State.CONFIRMED, price_cents__gt=0, paid_at__isnull=True
    )
    for sign_up in unpaid.order_by("pk"):
        yield f"sign-up {sign_up.pk} is confirmed and not paid"


def confirmations() -> Iterator[str]:
    """A sign-up that is or was confirmed has a mail for each time, any other none."""
    written = Counter(
        OutgoingMail.objects.filter(
            kind="confirmed",
            content_type=ContentType.objects.get_for_model(SignUp),
            copy_of=None,
        ).values_list("object_id", flat=True)
    )
    taken_back = Count("changes", filter=Q(changes__note=TAKEN_BACK))
    rows = SignUp.objects.annotate(taken_back=taken_back).order_by("pk")
    for pk, confirmed_at, before in rows.values_list("pk", "confirmed_at", "taken_back"):
        expected = before + (0 if confirmed_at is None else 1)
        if written[pk] != expected:
            yield f"sign-up {pk} has {written[pk]} confirmations instead of {expected}"


def states_without_their_moment() -> Iterator[str]:
    State = SignUp.State
    wrong = {
        "has no end to its hold": Q(state__in=SignUp.HELD, hold_until=None),
        "has ended without a moment": Q(state__in=(State.CANCELLED, State.EXPIRED), ended_at=None),
        "is confirmed without a moment": Q(state=State.CONFIRMED, confirmed_at=None),
        "is confirmed and still held": Q(state=State.CONFIRMED, hold_until__isnull=False),
    }
    for what, condition in wrong.items():
        for sign_up in SignUp.objects.filter(condition).order_by("pk"):
            yield f"sign-up {sign_up.pk} ({sign_up.state}) {what}"


def payments_without_a_place() -> Iterator[str]:
    """Money that came in pays for one place, or has a refund about which the office decides.

    More than one payment may make up the price: a move to a dearer date adds the difference, and
    what a bank took back may come in once more.
    """
    used: Counter[int] = Counter()
    paid = Payment.objects.filter(state=Payment.State.PAID).select_related("sign_up")
    for payment in paid.annotate(flagged=Count("refunds")).order_by("pk"):
        if payment.flagged:
            continue
        used[payment.sign_up_id] += payment.paid_cents - payment.charged_back_cents
        if payment.sign_up.confirmed_at is None and payment.paid_cents:
            yield f"payment {payment.pk} is paid, gives no place and is not to go back"
        elif used[payment.sign_up_id] > (payment.sign_up.price_cents or 0):
            yield f"sign-up {payment.sign_up_id} is paid more than once and nothing goes back"


def refunds_beyond_their_payment() -> Iterator[str]:
    counting = Sum("refunds__amount_cents", filter=~Q(refunds__state__in=Refund.NOT_BACK))
    beyond = Payment.objects.annotate(back=counting).filter(back__gt=F("paid_cents"))
    for payment in beyond.order_by("pk"):
        yield f"payment {payment.pk}: {payment.back} cents go back of {payment.paid_cents}"


def balances_without_a_cause() -> Iterator[str]:
    """Money and papers agree: in - back - charged back = invoices - credit notes.

    Where they do not, something happened at a bank or by staff that they still have to settle.
    """
    for sign_up in balance.differing(SignUp.objects.all()).order_by("pk"):
        found = balance.of(sign_up)
        payments = sign_up.payments.all()
        refunds = Refund.objects.filter(payment__sign_up=sign_up)
        at_provider = refunds.filter(reason=Refund.Reason.PROVIDER, state__in=Refund.GOING_BACK)
        noted = payments.filter(gateway=Payment.OFFICE)
        lost = found.charged_back + _sum(at_provider)
        lost += _sum(noted.filter(state=Payment.State.CANCELLED))
        lost += sum(row.amount_cents - row.paid_cents for row in noted if row.paid_cents)
        came_again = _sum(refunds.filter(state=Refund.State.REPLACED))
        came_again += _sum(noted.filter(state=Payment.State.PAID))
        if found.short > lost or found.over > came_again:
            yield f"sign-up {sign_up.pk}: {found.short} cents short, {found.over} too much"


def _sum(rows: QuerySet[Any]) -> int:
    return rows.aggregate(total=Sum("amount_cents"))["total"] or 0


def confirmed_without_invoice() -> Iterator[str]:
    without = SignUp.objects.filter(
        state=SignUp.State.CONFIRMED, price_cents__gt=0, invoices__isnull=True
    )
    for sign_up in without.order_by("pk"):
        yield f"sign-up {sign_up.pk} is confirmed and has no invoice"


def numbers_with_a_gap() -> Iterator[str]:
    """Numbers have no gap but the one left after a backup was put back, see `restoring`."""
    for series in NumberSeries.objects.order_by("year"):
        given = Invoice.objects.filter(year=series.year).count()
        if given + series.skipped != series.last:
            yield f"{series.year}: {given} invoices and credit notes, the last is {series.last}"


def credit_beyond_its_invoice() -> Iterator[str]:
    credited = Invoice.objects.annotate(credited=Sum("credited_by__amount_cents"))
    for invoice in credited.filter(credited__gt=F("amount_cents")).order_by("pk"):
        yield f"invoice {invoice.number}: more is credited than it was"


def mails_beyond_their_limit() -> Iterator[str]:
    State = OutgoingMail.State
    stuck = OutgoingMail.objects.filter(
        Q(state=State.QUEUED, attempts__gte=MOST_ATTEMPTS)
        | Q(state=State.SENDING, attempts__gt=MOST_ATTEMPTS + 1)
    )
    for mail in stuck.order_by("pk"):
        yield f"mail {mail.pk} ({mail.kind}) was tried {mail.attempts} times and is not given up"


def uploads_without_file() -> Iterator[str]:
    for upload in lost_uploads():
        yield f"upload {upload.pk} has no file"


def lost_uploads() -> Iterator[Upload]:
    """Uploads whose file is not there."""
    for upload in Upload.objects.select_related("answer").order_by("pk"):
        if not upload.file.storage.exists(upload.file.name or ""):
            yield upload


def files_without_upload() -> Iterator[str]:
    for name in stray_files():
        yield f"file {name} belongs to no upload"


def stray_files() -> list[str]:
    """The names of files that belong to no upload and that the job should have removed."""
    return uploads.files_without_row(timezone.now() - uploads.UNCLAIMED_FOR)


def _parts_by_roster() -> dict[int, set[UUID]]:
    rosters = dict(Roster.objects.values_list("translation_key", "pk"))
    parts = defaultdict(set)
    rows = CourseEventPart.objects.filter(page__locale=Locale.get_default())
    for translation_key, part_key in rows.values_list("page__translation_key", "key"):
        if translation_key in rosters:
            parts[rosters[translation_key]].add(part_key)
    return parts
