"""The decision whether a date goes ahead, and what it means for everybody on it."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import (
    admission,
    buyers,
    go_no_go,
    holds,
    notices,
    payments,
    reconciliation,
    swaps,
)
from courses.domain.transitions import WrongStateError
from courses.gateways import pretend_bank
from courses.models import Roster, SignUp, SwapOffer
from mail.models import OutgoingMail
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


@pytest.fixture
def confirmed(event):
    return payments.record(factories.sign_up(event), by=None)


@pytest.fixture
def unpaid(event):
    return factories.sign_up(event)


@pytest.fixture
def other(event):
    parts = [factories.part(80, 81, place="Bloemendaal"), factories.part(170, label="Terugkomdag")]
    return factories.event(event.course, parts=parts)


def again(sign_up):
    return SignUp.objects.select_related("roster").get(pk=sign_up.pk)


def state(event):
    return Roster.objects.get(pk=event.roster.pk).state


def mail(kind):
    return OutgoingMail.objects.get(kind=kind)


def run_jobs():
    holds.expire()
    notices.remind_of_payment()


def notes(sign_up):
    return [change.note for change in sign_up.changes.all() if change.note]


# --- Going ahead -----------------------------------------------------------------------------


def test_everybody_is_told_once_that_the_date_goes_ahead(
    event, confirmed, unpaid, office, mails_about
):
    ended = factories.sign_up(event)
    admission.decline(
        factories.sign_up(event, factories.somebody(admission="exception")), by=office
    )
    SignUp.objects.filter(pk=ended.pk).update(hold_until=timezone.now())
    go_no_go.go_ahead(event.roster, by=office)
    with pytest.raises(go_no_go.DecidedError):
        go_no_go.go_ahead(event.roster, by=office)
    assert state(event) == "going_ahead"
    assert mails_about(confirmed)[-1] == "going_ahead"
    assert mails_about(unpaid) == ["received", "office_sign_up", "going_ahead"]
    assert mails_about(ended)[-1] == "hold_lapsed"
    assert OutgoingMail.objects.filter(kind="going_ahead").count() == 2
    assert notes(confirmed) == ["date goes ahead"]
    assert confirmed.changes.last().by == office


def test_somebody_who_is_not_admitted_yet_reads_it_in_the_confirmation_only(
    event, office, mails_about
):
    waiting = factories.sign_up(event, factories.somebody(admission="exception"))
    go_no_go.go_ahead(event.roster, by=office)
    assert "going_ahead" not in mails_about(waiting)
    payments.record(admission.admit(waiting, by=office), by=office)
    assert "Deze datum gaat zeker door." in mail("confirmed").body_text


def test_somebody_who_is_not_admitted_yet_is_told_so_when_the_date_is_planned_again(event, office):
    factories.sign_up(event, factories.somebody(admission="exception"))
    go_no_go.call_off(event.roster, by=office)
    go_no_go.take_back(event.roster, by=office)
    assert "of u kunt deelnemen" in mail("planned_again").body_text


def test_people_who_have_not_paid_read_what_is_still_to_do(event, unpaid, office):
    go_no_go.go_ahead(event.roster, by=office)
    assert "zodra de betaling van €\u00a01.195,-" in mail("going_ahead").body_text


def test_a_person_who_signed_up_in_english_reads_it_in_english(event, office):
    factories.sign_up(event, language="en")
    go_no_go.go_ahead(event.roster, by=office)
    assert mail("going_ahead").subject.startswith("It goes ahead:")


def test_people_who_are_confirmed_later_read_it_in_the_confirmation(
    event, unpaid, confirmed, office
):
    go_no_go.go_ahead(event.roster, by=office)
    payments.record(unpaid, by=office)
    before, after = OutgoingMail.objects.filter(kind="confirmed").order_by("pk")
    assert "gaat zeker door" not in before.body_text
    assert "Deze datum gaat zeker door." in after.body_text


@pytest.mark.parametrize(("days", "is_possible"), [(59, True), (60, True), (61, False)])
def test_staff_can_decide_up_to_and_including_the_first_day(event, office, days, is_possible):
    """Whether or not the decision day has passed."""
    with time_machine.travel(timezone.now() + datetime.timedelta(days=days), tick=False):
        assert go_no_go.can_go_ahead(event.roster) is is_possible
        assert go_no_go.can_be_called_off(event.roster) is is_possible
        if not is_possible:
            with pytest.raises(go_no_go.DecidedError):
                go_no_go.call_off(event.roster, by=office)


def test_a_stale_page_decides_nothing(event, confirmed, office, mails_about):
    go_no_go.go_ahead(event.roster, by=office)
    with pytest.raises(go_no_go.DecidedError):
        go_no_go.call_off(event.roster, by=office, seen="planned")
    assert state(event) == "going_ahead"
    assert "called_off" not in mails_about(confirmed)


# --- Calling off -----------------------------------------------------------------------------


def test_everybody_gets_the_choice_once(event, other, confirmed, office, mails_about):
    english = payments.record(factories.sign_up(event, language="en"), by=None)
    reasons = {"nl": " Te weinig aanmeldingen. ", "en": ""}
    go_no_go.call_off(event.roster, by=office, reasons=reasons, seen="planned")
    with pytest.raises(go_no_go.DecidedError):
        go_no_go.call_off(event.roster, by=office, reasons=reasons)
    assert mails_about(confirmed)[-1] == mails_about(english)[-1] == "called_off"
    dutch = OutgoingMail.objects.get(kind="called_off", language="nl")
    assert "Te weinig aanmeldingen." in dutch.body_text
    assert "alles wat is betaald (€\u00a01.195,-) komt terug" in dutch.body_text
    assert "Bloemendaal" in dutch.body_text
    assert [row.mimetype for row in dutch.attachments.all()] == ["text/calendar; method=CANCEL"]
    assert "Te weinig" not in OutgoingMail.objects.get(kind="called_off", language="en").body_text
    assert notes(confirmed) == ["date called off"]
    assert again(confirmed).state == "confirmed"


def test_the_entries_in_calendars_are_cancelled(event, confirmed, office):
    go_no_go.call_off(event.roster, by=office)
    [attached] = mail("called_off").attachments.all()
    content = bytes(attached.content).decode()
    assert "METHOD:CANCEL" in content
    assert "SEQUENCE:1" in content


def test_an_unpaid_sign_up_gets_time_to_choose_and_then_ends(event, unpaid, office, mails_about):
    go_no_go.call_off(event.roster, by=office)
    assert "U hebt nog niets betaald" in mail("called_off").body_text
    now = timezone.now()
    with time_machine.travel(now + datetime.timedelta(days=13), tick=False):
        run_jobs()
        assert again(unpaid).state == "awaiting_payment"
    with time_machine.travel(now + datetime.timedelta(days=15), tick=False):
        run_jobs()
        found = again(unpaid)
    assert (found.state, found.end_reason) == ("expired", "called_off")
    assert mails_about(unpaid)[-1] == "called_off_over"


def test_nobody_pays_for_a_date_that_is_called_off(event, unpaid, office):
    payment = payments.start(unpaid)
    go_no_go.call_off(event.roster, by=office)
    with pytest.raises(WrongStateError):
        payments.start(unpaid)
    reconciliation.reconcile()
    payment.refresh_from_db()
    assert payment.state == "cancelled"


def test_the_office_cannot_finish_a_payment_for_a_called_off_date(
    event, unpaid, office, mails_about
):
    """There is no final place on a date that was called off, nor a link for the employer."""
    go_no_go.call_off(event.roster, by=office)
    for verb in (payments.record, buyers.allow_to_pay):
        with pytest.raises(WrongStateError):
            verb(unpaid, by=office)
    off = again(unpaid)
    assert (payments.can_record(off), buyers.can_allow(off)) == (False, False)
    assert mails_about(unpaid)[-1] == "called_off"


def test_money_that_is_on_its_way_goes_back(event, unpaid, office, mails_about):
    """The person pays at the moment at which the date is called off."""
    payment = payments.start(unpaid)
    go_no_go.call_off(event.roster, by=office)
    pretend_bank.decide(payment.reference, "paid")
    payments.sync(payment)
    assert again(unpaid).state == "awaiting_payment"
    [refund] = payment.refunds.all()
    assert (refund.state, refund.reason) == ("due", "no_seat")
    assert "payment_not_placed" in mails_about(unpaid)


def test_nobody_is_admitted_to_a_called_off_date(event, office):
    waiting = factories.sign_up(event, factories.somebody(admission="exception"))
    go_no_go.call_off(event.roster, by=office)
    with pytest.raises(WrongStateError):
        admission.admit(waiting, by=office)


def test_offers_of_a_place_on_a_called_off_date_are_withdrawn(event, other, office, mails_about):
    wisher = factories.sign_up(other, factories.somebody(swap_wishes=(event.roster.pk,)))
    offer = swaps.offer(wisher, event.roster, by=office)
    go_no_go.call_off(event.roster, by=office)
    assert SwapOffer.objects.get(pk=offer.pk).state == "withdrawn"
    assert again(wisher).roster == other.roster
    assert mails_about(wisher)[-1] == "swap_withdrawn"
    assert notes(wisher)[-1] == f"offer of {event.code} withdrawn"
    assert again(wisher).claims.filter(roster=event.roster).count() == 0


def test_an_offer_of_another_date_still_stands(event, other, confirmed, office):
    swaps.set_wishes(confirmed, [other.roster.pk])
    offer = swaps.offer(confirmed, other.roster, by=office)
    go_no_go.call_off(event.roster, by=office)
    swaps.accept(offer)
    assert again(confirmed).roster == other.roster
