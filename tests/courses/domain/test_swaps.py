"""Swaps: from the wish for another date to the move, and every way in which it fails."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import cancellations, moves, payments, sign_ups, swaps
from courses.domain.transitions import WrongStateError
from courses.models import Invoice, Roster, SignUp, SwapOffer
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.swapping import (
    free,
    places,
    places_on,
    somebody_who_wishes,
    state,
    wishes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


# --- Offering ------------------------------------------------------------------------------


def test_an_offer_keeps_a_place_in_every_part(wisher, own, other, office, mails_about):
    factories.settings(swap_offer_days=2)
    offer = swaps.offer(wisher, other.roster, by=office)
    assert places(wisher) == places_on(own) | places_on(other, offered=True)
    assert offer.until - offer.created_at == datetime.timedelta(days=2)
    assert (offer.state, offer.left, offer.by) == ("open", own.roster, office)
    assert free(other) == [0, 0]
    assert mails_about(wisher) == ["received", "office_sign_up", "swap_offer"]
    text = OutgoingMail.objects.get(kind="swap_offer").body_text
    for fact in ("de cursus “Driedaagse cursus” in Bloemendaal:", own.code, "/inschrijving/"):
        assert fact in text
    with pytest.raises(sign_ups.UnavailableError):
        factories.sign_up(other)


def test_an_offer_ends_before_one_of_the_dates_begins(own, office):
    soon = factories.event(own.course, parts=[factories.part(1)])
    offer = swaps.offer(somebody_who_wishes(own, soon), soon.roster, by=office)
    assert timezone.localtime(offer.until).date() == soon.first_day
    assert timezone.localtime(offer.until).time() == datetime.time(0)


def test_nobody_gets_two_offers_at_once(offered, wisher, other, own, office):
    third = factories.event(own.course, parts=[factories.part(20)])
    swaps.set_wishes(wisher, [other.roster.pk, third.roster.pk])
    assert swaps.matches(third.roster) == []
    for event in (other, third):
        with pytest.raises(WrongStateError):
            swaps.offer(wisher, event.roster, by=office)
    assert SwapOffer.objects.count() == 1


def test_only_a_date_that_was_wished_for_can_be_offered(wisher, other, own, office):
    swaps.set_wishes(wisher, [])
    with pytest.raises(WrongStateError):
        swaps.offer(wisher, other.roster, by=office)
    swaps.set_wishes(wisher, [other.roster.pk])
    Roster.objects.filter(pk=other.roster.pk).update(state="called_off")
    with pytest.raises(WrongStateError):
        swaps.offer(wisher, other.roster, by=office)


def test_a_person_who_is_on_that_date_gets_no_offer(own, institute, office):
    other = factories.event(own.course, parts=[factories.part(30)])
    twice = factories.somebody(swap_wishes=(other.roster.pk,))
    sign_up = factories.sign_up(own, twice)
    factories.sign_up(other, twice)
    with pytest.raises(moves.AlreadyThereError):
        swaps.offer(sign_up, other.roster, by=office)


def test_a_lapsed_hold_gets_no_offer_and_its_place_can_be_offered(wisher, own, other, office):
    [holder] = factories.fill(other)
    with time_machine.travel(holder.hold_until - datetime.timedelta(days=1)):
        payments.record(wisher, by=office)
    with time_machine.travel(holder.hold_until):
        assert swaps.matches(other.roster) == [wisher]
        swaps.offer(wisher, other.roster, by=office)
        assert SignUp.objects.get(pk=holder.pk).state == "expired"
        late = somebody_who_wishes(own, other)
    with time_machine.travel(late.hold_until), pytest.raises(WrongStateError):
        swaps.offer(late, other.roster, by=office)
    swaps.lapse_unanswered(now=late.hold_until)


# --- Accepting -----------------------------------------------------------------------------


def test_accepting_moves_seats_invoice_and_calendar(
    wisher, own, other, office, mails_about, history
):
    payments.record(wisher, by=office)
    offer = swaps.offer(wisher, other.roster, by=office)

    moved = swaps.accept(offer)

    assert places(moved) == places_on(other)
    assert (free(own), free(other)) == ([24, 24], [0, 0])
    fresh = SignUp.objects.get(pk=wisher.pk)
    assert (fresh.roster, fresh.event_title) == (other.roster, other.title)
    assert (fresh.state, fresh.price_cents) == ("confirmed", 119500)
    assert fresh.calendar_sequence == 1
    assert wishes(fresh) == []
    assert state(offer) == "accepted"
    old, credit, new = Invoice.objects.order_by("sequence")
    assert [row.kind for row in (old, credit, new)] == ["invoice", "credit_note", "invoice"]
    assert credit.credits == old
    assert (new.facts["code"], new.amount_cents) == (other.code, 119500)
    assert history(wisher) == [
        ("awaiting_payment", None),
        ("confirmed", "office"),
        ("confirmed", "office"),
        ("confirmed", None),
    ]
    assert mails_about(wisher)[-3:] == ["swap_offer", "swapped", "office_change"]
    mail = OutgoingMail.objects.get(kind="swapped")
    [calendar] = mail.attachments.all()
    assert (calendar.filename, calendar.mimetype) == (
        f"{other.code}.ics",
        "text/calendar; method=PUBLISH",
    )
    assert own.code in OutgoingMail.objects.get(kind="office_change").body_text


def test_an_unpaid_sign_up_keeps_its_hold(offered, wisher, other, office):
    moved = swaps.accept(offered)
    assert (moved.state, moved.hold_until) == ("awaiting_payment", wisher.hold_until)
    assert payments.record(moved, by=office).state == "confirmed"
    assert Invoice.objects.get().facts["code"] == other.code


def test_a_double_click_moves_once(offered, wisher, mails_about):
    swaps.accept(offered)
    before = mails_about(wisher)
    swaps.accept(offered)
    assert mails_about(wisher) == before
    with pytest.raises(swaps.OfferGoneError):
        swaps.refuse(offered)
    assert state(offered) == "accepted"


def test_an_offer_after_its_term_cannot_be_accepted(offered, wisher, own):
    with time_machine.travel(offered.until), pytest.raises(swaps.OfferGoneError):
        swaps.accept(offered)
    assert SignUp.objects.get().roster == own.roster
    swaps.lapse_unanswered(now=offered.until)


def test_an_offer_ends_with_the_sign_up(offered, wisher, other, office):
    cancellations.cancel(wisher, by=office)
    assert state(offered) == "withdrawn"
    assert free(other) == [1, 1]
    with pytest.raises(swaps.OfferGoneError):
        swaps.accept(offered)
    with pytest.raises(swaps.OfferGoneError):
        swaps.withdraw(offered, by=office)


def test_an_offer_of_a_date_that_was_called_off_is_gone(offered, other):
    assert swaps.open_offer(offered.sign_up) == offered
    Roster.objects.filter(pk=other.roster.pk).update(state="called_off")
    assert swaps.open_offer(offered.sign_up) is None
    with pytest.raises(swaps.OfferGoneError):
        swaps.accept(offered)


def test_a_date_for_which_somebody_has_signed_up_meanwhile_can_be_accepted(own, office):
    other = factories.event(own.course, parts=[factories.part(30)])
    person = factories.somebody(swap_wishes=(other.roster.pk,))
    offer = swaps.offer(factories.sign_up(own, person), other.roster, by=office)
    factories.sign_up(other, person)
    moved = swaps.accept(offer)
    assert (state(offer), moved.roster.pk) == ("accepted", other.roster.pk)


def test_mails_and_title_are_in_the_language_of_the_person(own, other, office):
    sign_up = somebody_who_wishes(own, other, language="en")
    moved = swaps.accept(swaps.offer(sign_up, other.roster, by=office))
    kinds = ["swap_offer", "swapped", "office_change"]
    languages = [OutgoingMail.objects.get(kind=kind).language for kind in kinds]
    assert languages == ["en", "en", "nl"]
    assert moved.event_title == other.title
