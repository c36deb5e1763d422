"""Money that changes later: each way ends with money, place and papers that agree."""

import datetime

import pytest
from django.utils import timezone

from courses.domain import (
    cancellations,
    choices,
    go_no_go,
    holds,
    invariants,
    invoices,
    moves,
    payments,
    refunds,
    settling,
)
from courses.domain.transitions import WrongStateError
from courses.models import CourseEventPage, Invoice, Payment, Refund, SignUp
from courses.reading import balance, events
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.paying import PRICE, begin, lapse, pay, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


@pytest.fixture
def paid(fake_mollie, event):
    """Makes somebody who paid; there is always somebody else who did."""

    def make():
        sign_up = factories.sign_up(event)
        pay(fake_mollie, begin(sign_up))
        sign_up.refresh_from_db()
        return sign_up

    make()
    return make


def unsettled():
    return list(balance.unsettled(SignUp.objects.all()).values_list("pk", flat=True))


def sums(sign_up):
    found = balance.of(sign_up)
    return found.held, found.short, found.over


def papers(sign_up):
    rows = sign_up.invoices.order_by("pk").values_list("kind", "amount_cents")
    return [(kind, cents) for kind, cents in rows]


def charge_back(fake_mollie, sign_up, value=None):
    payment = sign_up.payments.exclude(gateway=Payment.OFFICE).get()
    made = fake_mollie.add_chargeback(payment.reference, value)
    payments.sync(payment)
    return payment, made


# --- The balance -------------------------------------------------------------------------------


def test_what_is_paid_closes_and_what_waits_is_no_concern(fake_mollie, paid, event):
    waiting, settled = factories.sign_up(event), paid()

    assert balance.of(settled) == balance.Balance(
        came_in=PRICE,
        charged_back=0,
        back=0,
        undecided=0,
        kept=0,
        invoiced=PRICE,
        credited=0,
    )
    assert balance.of(settled).closes
    assert sums(waiting) == (0, 0, 0)
    assert unsettled() == []


def test_fetched_with_its_sums_a_balance_takes_no_query(
    paid, django_assert_num_queries, fake_mollie
):
    settled = paid()
    charge_back(fake_mollie, settled, "200.00")
    [row] = balance.with_sums(SignUp.objects.filter(pk=settled.pk))

    with django_assert_num_queries(0):
        assert balance.of(row).short == 20000
    assert balance.of(settled) == balance.of(row)


def test_an_invoice_that_is_still_to_be_paid_is_not_unsettled(event, office):
    sign_up = factories.sign_up(event, factories.somebody(buyer=factories.buyer()))
    invoices.issue(sign_up, due_on=timezone.localdate())

    assert sums(sign_up) == (0, PRICE, 0)
    assert unsettled() == []


# --- Taken back by the bank --------------------------------------------------------------------


def test_a_charge_back_is_told_in_its_own_words_and_waits_for_the_office(
    fake_mollie, paid, mails_about
):
    sign_up = paid()

    payment, _made = charge_back(fake_mollie, sign_up)
    payments.sync(payment)

    assert (state(sign_up), sums(sign_up)) == ("confirmed", (0, PRICE, 0))
    assert unsettled() == [sign_up.pk]
    assert mails_about(sign_up).count("office_charged_back") == 1
    mail = OutgoingMail.objects.get(kind="office_charged_back")
    assert mail.subject.startswith("Teruggehaald door de bank")
    assert "1.195" in mail.body_text


def test_a_charge_back_that_is_reversed_closes_again(fake_mollie, paid, mails_about):
    sign_up = paid()
    payment, made = charge_back(fake_mollie, sign_up)
    fake_mollie.reverse_chargeback(made)

    payments.sync(payment)

    assert (sums(sign_up), unsettled()) == ((PRICE, 0, 0), [])
    assert mails_about(sign_up)[-1] == "office_charge_back_reversed"


def test_a_charge_back_that_is_repeated_is_told_again(fake_mollie, paid, mails_about):
    sign_up = paid()
    payment, made = charge_back(fake_mollie, sign_up)
    fake_mollie.reverse_chargeback(made)
    payments.sync(payment)

    charge_back(fake_mollie, sign_up)

    assert sums(sign_up) == (0, PRICE, 0)
    assert mails_about(sign_up).count("office_charged_back") == 2


def test_the_rest_that_came_in_closes_it_and_reversing_then_gives_too_much(
    fake_mollie, paid, office
):
    sign_up = paid()
    payment, made = charge_back(fake_mollie, sign_up)
    with pytest.raises(settling.StaleBalanceError):
        settling.record_rest(sign_up, by=office, cents=PRICE - 1)

    settling.record_rest(sign_up, by=office, cents=PRICE)
    assert (sums(sign_up), unsettled()) == ((PRICE, 0, 0), [])
    assert list(invariants.violations()) == []
    with pytest.raises(settling.StaleBalanceError):
        settling.record_rest(sign_up, by=office, cents=PRICE)

    fake_mollie.reverse_chargeback(made)
    payments.sync(payment)
    assert (sums(sign_up), unsettled()) == ((2 * PRICE, 0, PRICE), [sign_up.pk])

    settling.pay_rest(sign_up, by=office, cents=PRICE)
    assert unsettled() == []
    assert [row[1:] for row in refunds_of(sign_up)] == [("due", PRICE)]


def test_crediting_the_rest_closes_it(fake_mollie, paid, office):
    sign_up = paid()
    charge_back(fake_mollie, sign_up, "200.00")

    settling.credit_rest(sign_up, by=office, cents=20000)

    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", 20000)]
    assert (sums(sign_up), unsettled()) == ((PRICE - 20000, 0, 0), [])
    assert state(sign_up) == "confirmed"


def test_cancelling_after_a_charge_back_credits_all_and_gives_nothing_back(
    fake_mollie, paid, office
):
    sign_up = paid()
    charge_back(fake_mollie, sign_up)

    cancellations.cancel(sign_up, by=office, back_cents=PRICE)

    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]
    assert (refunds_of(sign_up), unsettled()) == ([], [])


def test_a_charge_back_stops_a_refund_that_is_not_with_the_provider_yet(fake_mollie, paid, office):
    sign_up = paid()
    cancellations.cancel(sign_up, by=office, back_cents=PRICE)

    payment, made = charge_back(fake_mollie, sign_up)
    refunds.send_queued()

    assert refunds_of(sign_up) == [("office", "replaced", PRICE)]
    assert fake_mollie.ledger.refunds == {}
    assert (sums(sign_up), unsettled()) == ((0, 0, 0), [])
    fake_mollie.reverse_chargeback(made)
    payments.sync(payment)
    assert (sums(sign_up), unsettled()) == ((PRICE, 0, PRICE), [sign_up.pk])
    settling.pay_rest(sign_up, by=office, cents=PRICE)
    assert unsettled() == []


# --- Made at the provider ----------------------------------------------------------------------


def test_a_refund_made_at_the_provider_is_to_be_credited(fake_mollie, paid, office):
    sign_up = paid()
    payment = sign_up.payments.get()
    fake_mollie.add_refund(payment.reference, "500.00")
    payments.sync(payment)
    assert (sums(sign_up), unsettled()) == ((69500, 50000, 0), [sign_up.pk])

    settling.credit_rest(sign_up, by=office, cents=50000)

    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", 50000)]
    assert unsettled() == []


def test_the_person_is_not_promised_what_went_back_at_the_provider_before(fake_mollie, paid):
    sign_up = paid()
    fake_mollie.add_refund(sign_up.payments.get().reference, "500.00")

    with pytest.raises(cancellations.StaleQuoteError):
        cancellations.cancel_by_person(sign_up, expected_cents=PRICE)

    assert state(sign_up) == "confirmed"
    cancellations.cancel_by_person(sign_up, expected_cents=69500)
    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]


def test_a_provider_that_is_away_keeps_nobody_from_cancelling(fake_mollie, paid):
    sign_up = paid()
    fake_mollie.fail("*", status=500, times=50)

    cancellations.cancel_by_person(sign_up, expected_cents=PRICE)

    assert refunds_of(sign_up) == [("cancelled", "queued", PRICE)]


# --- Money that came in while there was no place -----------------------------------------------


def called_off_and_paid(fake_mollie, event, office):
    sign_up = factories.sign_up(event)
    payment = begin(sign_up)
    if event.roster.state != "called_off":
        go_no_go.call_off(sign_up.roster, by=office)
    pay(fake_mollie, payment)
    return SignUp.objects.get(pk=sign_up.pk)


def test_money_after_a_no_go_is_used_on_the_date_that_is_chosen(
    fake_mollie, event, office, mails_about
):
    other = factories.event(event.course, parts=[factories.part(80)])
    begun = [factories.sign_up(event) for _person in range(2)]
    attempts = [begin(person) for person in begun]
    go_no_go.call_off(event.roster, by=office)
    for payment in attempts:
        pay(fake_mollie, payment)
    sign_up, neighbour = (SignUp.objects.get(pk=person.pk) for person in begun)
    assert "hebt nog niets betaald" not in choices.in_words(sign_up)

    choices.choose_date(sign_up, other.roster)

    assert state(sign_up) == "confirmed"
    assert refunds_of(sign_up) == [("no_seat", "replaced", PRICE)]
    assert papers(sign_up) == [("invoice", PRICE)]
    assert mails_about(sign_up)[-2:] == ["confirmed", "office_change"]
    assert unsettled() == []
    assert (state(neighbour), refunds_of(neighbour)) == (
        "awaiting_payment",
        [("no_seat", "due", PRICE)],
    )


def test_money_after_a_no_go_goes_back_with_the_rest_when_the_person_stops(
    fake_mollie, event, office
):
    sign_up = called_off_and_paid(fake_mollie, event, office)

    with pytest.raises(cancellations.StaleQuoteError):
        cancellations.cancel_called_off(sign_up, expected_cents=0)
    cancellations.cancel_called_off(sign_up, expected_cents=PRICE)

    assert refunds_of(sign_up) == [("no_seat", "queued", PRICE)]
    assert "1.195" in OutgoingMail.objects.get(kind="cancelled").body_text


def test_money_after_a_no_go_is_used_when_the_date_is_planned_again(fake_mollie, event, office):
    sign_up = called_off_and_paid(fake_mollie, event, office)

    go_no_go.take_back(sign_up.roster, by=office)

    assert state(sign_up) == "confirmed"
    assert refunds_of(sign_up) == [("no_seat", "replaced", PRICE)]


def test_money_that_is_on_its_way_back_is_not_used(fake_mollie, event, office):
    other = factories.event(event.course, parts=[factories.part(80)])
    sign_up = called_off_and_paid(fake_mollie, event, office)
    refunds.pay_back(Refund.objects.get(), by=office)

    choices.choose_date(sign_up, other.roster)

    assert state(sign_up) == "awaiting_payment"
    assert refunds_of(sign_up) == [("no_seat", "queued", PRICE)]


def test_money_for_another_price_is_not_used(fake_mollie, event, office):
    dearer = factories.event(event.course, parts=[factories.part(80)], price_cents=130000)
    sign_up = called_off_and_paid(fake_mollie, event, office)

    moves.move(sign_up, dearer.roster, by=office, price_cents=130000)

    assert state(sign_up) == "awaiting_payment"
    assert refunds_of(sign_up) == [("no_seat", "due", PRICE)]


def test_money_that_came_when_all_was_full_is_used_when_the_place_comes_back(
    fake_mollie, event, office
):
    sign_up = factories.sign_up(event)
    payment = begin(sign_up)
    lapse(sign_up)
    people = factories.fill(events.of_roster(sign_up.roster))
    pay(fake_mollie, payment)
    assert refunds_of(sign_up) == [("no_seat", "due", PRICE)]
    cancellations.cancel(people[0], by=office)

    holds.revive(SignUp.objects.get(pk=sign_up.pk))

    assert state(sign_up) == "confirmed"
    assert refunds_of(sign_up) == [("no_seat", "replaced", PRICE)]


# --- Withdrawal after attendance ---------------------------------------------------------------


def begin_course(event, offset=0):
    page = CourseEventPage.objects.get(pk=event.facts.pk)
    first, *others = page.parts.all()
    first.first_day = first.last_day = factories.day(offset)
    page.parts = [first, *others]
    page.save_revision().publish()


@pytest.mark.parametrize("offset", [0, -3])
def test_from_the_first_day_on_the_office_decides_what_a_withdrawal_gives_back(
    paid, event, office, mails_about, offset
):
    sign_up = paid()
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


def test_what_is_kept_after_a_withdrawal_needs_no_credit_note(paid, event, office):
    sign_up = paid()
    begin_course(event)
    cancellations.withdraw(sign_up)

    refunds.drop(Refund.objects.get(state="due"), by=office)

    assert papers(sign_up) == [("invoice", PRICE)]
    assert (sums(sign_up), unsettled()) == ((PRICE, 0, 0), [])


def test_the_day_before_the_course_a_withdrawal_gives_everything_back(paid, event):
    sign_up = paid()
    begin_course(event, 1)

    cancellations.withdraw(sign_up)

    assert refunds_of(sign_up) == [("withdrawn", "queued", PRICE)]
    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]
    assert "uiterlijk binnen 14 dagen" in OutgoingMail.objects.get(kind="withdrawn").body_text


def test_a_date_that_was_called_off_has_not_begun(paid, event, office):
    sign_up = paid()
    go_no_go.call_off(event.roster, by=office)
    begin_course(event)

    cancellations.withdraw(sign_up)

    assert refunds_of(sign_up) == [("withdrawn", "queued", PRICE)]


def test_from_the_first_day_on_the_person_cannot_cancel(paid, event):
    sign_up = paid()
    begin_course(event)

    with pytest.raises(WrongStateError):
        cancellations.cancel_by_person(sign_up, expected_cents=0)


# --- Recorded by mistake -----------------------------------------------------------------------


def test_a_payment_recorded_by_mistake_is_taken_back(event, office, mails_about, history):
    sign_up, neighbour = (
        payments.record(factories.sign_up(event), by=office) for _person in range(2)
    )

    settling.take_back(sign_up, by=office, reason="Verkeerde regel")

    sign_up.refresh_from_db()
    assert (sign_up.state, sign_up.paid_at) == ("awaiting_payment", None)
    assert sign_up.hold_until > timezone.now() + datetime.timedelta(days=1)
    assert papers(sign_up) == [("invoice", PRICE), ("credit_note", PRICE)]
    assert mails_about(sign_up)[-1] == "payment_taken_back"
    change = sign_up.changes.last()
    assert (change.by, change.reason) == (office, "Verkeerde regel")
    assert (sums(sign_up), unsettled()) == ((0, 0, 0), [])
    assert state(neighbour) == "confirmed"
    with pytest.raises(WrongStateError):
        settling.take_back(sign_up, by=office, reason="Nog eens")

    payments.record(sign_up, by=office)
    assert mails_about(sign_up).count("confirmed") == 2
    assert papers(sign_up)[-1] == ("invoice", PRICE)
    assert unsettled() == []


def test_an_invoice_with_a_due_date_stands_when_the_payment_is_taken_back(event, office):
    sign_up = factories.sign_up(event, factories.somebody(buyer=factories.buyer()))
    due_on = timezone.localdate() + datetime.timedelta(days=30)
    invoices.issue(sign_up, due_on=due_on)
    payments.record(sign_up, by=office)

    settling.take_back(sign_up, by=office, reason="Verkeerde factuur")

    sign_up.refresh_from_db()
    assert papers(sign_up) == [("invoice", PRICE)]
    assert timezone.localdate(sign_up.hold_until) > due_on


def test_after_the_first_day_the_place_stays_and_the_amount_is_to_be_settled(event, office):
    sign_up = payments.record(factories.sign_up(event), by=office)
    begin_course(event)

    settling.take_back(sign_up, by=office, reason="Verkeerde regel")

    assert (state(sign_up), sums(sign_up)) == ("confirmed", (0, PRICE, 0))
    assert unsettled() == [sign_up.pk]
    settling.record_rest(sign_up, by=office, cents=PRICE)
    assert unsettled() == []


def test_what_came_through_the_provider_or_went_back_cannot_be_taken_back(
    fake_mollie, paid, event, office
):
    returned = payments.record(factories.sign_up(event), by=office)
    refunds.create(returned.payments.get(), 100, reason="office", is_due=True)

    for sign_up in (paid(), returned, factories.sign_up(event)):
        with pytest.raises(WrongStateError):
            settling.take_back(sign_up, by=office, reason="Zomaar")
    assert Invoice.objects.filter(kind="credit_note").count() == 0
