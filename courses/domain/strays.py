"""Payments that the provider has and we do not know, as after a restored backup.

If it is one of ours whose answer was lost, it finds its row again; any other waits for staff.
"""

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.models import User
from courses import gateways
from courses.domain import payments
from courses.models import Payment, StrayPayment

WITH_MONEY = (StrayPayment.State.OPEN, StrayPayment.State.PAID)


class SolvedError(Exception):
    """A colleague has solved it already."""


def look_up(gateway: str, reference: str) -> None:
    """Ask the provider about a reference that we do not know, in one call.

    Nothing is written unless the provider knows it. Call it outside a transaction.
    """
    with suppress(gateways.GatewayError, payments.PaymentTroubleError):
        meet(gateway, gateways.named(gateway).fetch(reference))


def meet(gateway: str, status: gateways.Status) -> None:
    """Take note of a payment without a row. Call it outside a transaction.

    Raises payments.PaymentTroubleError when it is ours after all and the provider is away.
    """
    ours = _without_answer(gateway, status)
    if ours:
        payments.sync(ours)
        return
    found = StrayPayment.objects.filter(gateway=gateway, reference=status.reference)
    if status.state not in WITH_MONEY:
        found.exclude(state=StrayPayment.State.SOLVED).delete()
        return
    facts = {
        "description": status.description[:255],
        "amount_cents": status.amount_cents,
        "state": status.state,
        "made_at": status.created_at or timezone.now(),
    }
    if not found.exclude(state=StrayPayment.State.SOLVED).update(**facts):
        StrayPayment.objects.get_or_create(
            gateway=gateway, reference=status.reference, defaults=facts
        )


def waiting_for_staff() -> list[StrayPayment]:
    """The ones that nobody has solved, newest first."""
    return list(StrayPayment.objects.filter(state__in=WITH_MONEY))


def solved() -> QuerySet[StrayPayment]:
    return StrayPayment.objects.filter(state=StrayPayment.State.SOLVED)


@transaction.atomic
def solve(stray: StrayPayment, *, by: User) -> StrayPayment:
    """Note that staff have dealt with it. Raises SolvedError."""
    stray = StrayPayment.objects.select_for_update().get(pk=stray.pk)
    if stray.state == StrayPayment.State.SOLVED:
        raise SolvedError
    stray.state, stray.solved_at, stray.by = StrayPayment.State.SOLVED, timezone.now(), by
    stray.save(update_fields=["state", "solved_at", "by"])
    return stray


def forget(pk: int, due: QuerySet[StrayPayment]) -> bool:
    """Delete one whose term is over. Returns whether it was deleted."""
    return bool(due.filter(pk=pk).delete()[0])


def forget_known() -> None:
    """Remove the ones that turned out to be ours, as when the provider's answer came late."""
    for stray in StrayPayment.objects.filter(state__in=WITH_MONEY):
        if payments.find_by_reference(stray.gateway, stray.reference):
            stray.delete()


def _without_answer(gateway: str, status: gateways.Status) -> Payment | None:
    """Our row of this payment, if the provider's answer to our request was lost."""
    try:
        key = UUID(status.key)
    except ValueError:
        return None
    rows = Payment.objects.filter(gateway=gateway, key=key, reference="")
    answer = {
        "reference": status.reference,
        "checkout_url": status.checkout_url,
        "expires_at": status.expires_at,
    }
    return Payment.objects.get(key=key) if rows.update(**answer) else None
