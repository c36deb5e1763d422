"""A withdrawal after the first day: the office decides what goes back."""

import pytest

from courses.domain import (
    cancellations,
    go_no_go,
    refunds,
)
from courses.domain.transitions import WrongStateError
from courses.models import Refund
from mail.models import OutgoingMail
from tests.courses.domain.agreeing import begin_course, papers, sums, unsettled
from tests.courses.domain.paying import PRICE, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


@pytest.mark.parametrize("offset", [0, -3])
def test_from_the_first_day_on_the_office_decides_what_a_withdrawal_gives_back(
    make_paid, event, office, mails_about, offset
):
    sign_up = make_paid()
    begin_course(event, offset)

    cancellations.withdraw(sign_up)

    assert (state(sign_up), refunds_of(sign_up)) == (
        "cancelled",
        [("attended", "due", PRICE)],
    )
    assert papers(sign_up) == [("invoice", PRICE)]
    assert unsettled() == []
    receipt = OutgoingMail.objects.get(kind="withdrawn").body_text
    assert "Binnen 14 dagen laten wij u weten hoeveel u terugkrijgt" in receipt
    refunds.pay_back(Refund.objects.get(state="due"), by=office, cents=40000)
    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", 40000)]
    assert unsettled() == []


def test_what_is_kept_after_a_withdrawal_needs_no_credit_note(make_paid, event, office):
    sign_up = make_paid()
    begin_course(event)
    cancellations.withdraw(sign_up)

    refunds.drop(Refund.objects.get(state="due"), by=office)

    assert papers(sign_up) == [("invoice", PRICE)]
    assert (sums(sign_up), unsettled()) == ((PRICE, 0, 0), [])


def test_the_day_before_the_course_a_withdrawal_gives_everything_back(make_paid, event):
    sign_up = make_paid()
    begin_course(event, 1)

    cancellations.withdraw(sign_up)

    assert refunds_of(sign_up) == [("withdrawn", "queued", PRICE)]
    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]
    assert "uiterlijk binnen 14 dagen" in OutgoingMail.objects.get(kind="withdrawn").body_text


def test_a_date_that_was_called_off_has_not_begun(make_paid, event, office):
    sign_up = make_paid()
    go_no_go.call_off(event.roster, by=office)
    begin_course(event)

    cancellations.withdraw(sign_up)

    assert refunds_of(sign_up) == [("withdrawn", "queued", PRICE)]


def test_from_the_first_day_on_the_person_cannot_cancel(make_paid, event):
    sign_up = make_paid()
    begin_course(event)

    with pytest.raises(WrongStateError):
        cancellations.cancel_by_person(sign_up, expected_cents=0)


# --- Recorded by mistake -----------------------------------------------------------------------
