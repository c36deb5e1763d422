"""Each way to end a sign-up pays back what was shown, and records how it ended."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import cancellations, invariants, payments, refunds
from courses.domain.cancellations import Quote, StaleQuoteError
from courses.domain.transitions import WrongStateError
from courses.gateways import pretend_bank
from courses.models import Invoice, Refund, SignUp
from mail.models import OutgoingMail
from tests import factories

PRICE = 119500


def paid(event, **facts):
    taken = factories.sign_up(event, factories.somebody(**facts))
    payment = payments.start(taken)
    pretend_bank.decide(payment.reference, "paid")
    payments.sync(payment)
    return again(taken)


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def refunded():
    return list(Refund.objects.values_list("reason", "state", "amount_cents"))


@pytest.mark.parametrize(
    ("days", "percent", "back"),
    [(60, 100, PRICE), (42, 100, PRICE), (41, 50, 59750), (14, 50, 59750), (13, 0, 0), (1, 0, 0)],
)
def test_the_terms_decide_how_much_comes_back(institute, days, percent, back):
    taken = paid(factories.event(parts=[factories.part(days)]), for_work=True)

    assert cancellations.quote(taken) == Quote(PRICE, back, percent, days, None)


def test_a_person_who_cancels_gets_back_what_was_shown(institute, mails_about):
    taken = paid(factories.event(parts=[factories.part(30)]), for_work=True)

    cancellations.cancel_by_person(taken, expected_cents=59750)
    refunds.send_queued()

    ended = again(taken)
    assert (ended.state, ended.end_reason) == ("cancelled", "person")
    assert ended.claims.count() == 0
    assert refunded() == [("cancelled", "done", 59750)]
    assert [(i.kind, i.amount_cents) for i in Invoice.objects.order_by("sequence")] == [
        ("invoice", PRICE),
        ("credit_note", 59750),
    ]
    assert mails_about(taken)[-3:] == ["cancelled", "office_change", "refunded"]
    assert "597,50" in OutgoingMail.objects.get(kind="cancelled").body_text
    assert list(invariants.violations()) == []


def test_nothing_is_cancelled_if_the_amount_is_not_the_one_shown(institute):
    taken = paid(factories.event(parts=[factories.part(42)]), for_work=True)
    shown = cancellations.quote(taken).back_cents

    tomorrow = timezone.now() + datetime.timedelta(days=1)
    with time_machine.travel(tomorrow), pytest.raises(StaleQuoteError):
        cancellations.cancel_by_person(taken, expected_cents=shown)

    assert again(taken).state == SignUp.State.CONFIRMED
    assert refunded() == []


def test_a_consumer_withdraws_within_14_days_and_gets_everything_back(institute):
    taken = paid(factories.event(parts=[factories.part(20)]))

    cancellations.withdraw(taken)

    assert (again(taken).state, again(taken).end_reason) == ("cancelled", "withdrawn")
    assert refunded() == [("withdrawn", "queued", PRICE)]
    receipt = OutgoingMail.objects.get(kind="withdrawn")
    ended = timezone.localtime(again(taken).ended_at)
    assert f"{ended:%-H.%M}" in receipt.body_text or f"{ended:%H:%M}" in receipt.body_text
    assert list(invariants.violations()) == []


def test_the_14_days_count_from_the_day_after_the_sign_up(event):
    taken = factories.sign_up(event)
    until = cancellations.withdraw_until(taken)
    last = timezone.localdate(taken.created_at) + datetime.timedelta(days=14)

    before = cancellations.quote(taken, now=until - datetime.timedelta(seconds=1))
    after = cancellations.quote(taken, now=until)

    assert (before.withdraw_day, after.withdraw_day) == (last, None)


def test_a_sign_up_for_work_or_from_too_long_ago_cannot_be_withdrawn(event):
    for_work = paid(event, for_work=True)
    late = paid(event)
    SignUp.objects.filter(pk=late.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=16)
    )

    for taken in (for_work, again(late)):
        with pytest.raises(WrongStateError):
            cancellations.withdraw(taken)
    assert refunded() == []


def test_a_sign_up_ends_once(event):
    taken = paid(event)
    cancellations.withdraw(taken)

    with pytest.raises(WrongStateError):
        cancellations.withdraw(taken)
    with pytest.raises(WrongStateError):
        cancellations.cancel_by_person(taken, expected_cents=PRICE)
    assert len(refunded()) == 1


def test_an_unpaid_place_is_freed_without_a_refund(event):
    taken = factories.sign_up(event)

    cancellations.cancel_by_person(taken, expected_cents=0)

    assert again(taken).state == SignUp.State.CANCELLED
    assert refunded() == []
    assert list(invariants.violations()) == []
