"""Swaps: from the wish for another date to the move, and every way in which it fails."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import cancellations, holds, invariants, moves, payments, seats, sign_ups, swaps
from courses.domain.transitions import WrongStateError
from courses.models import CourseEventPage, Invoice, Roster, SignUp, SwapOffer
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invariants_hold(request, institute):
    """No test may leave an invariant broken."""
    yield
    assert list(invariants.violations()) == []


@pytest.fixture
def own(institute):
    return factories.event()


@pytest.fixture
def other(own):
    """An earlier date of the same course, with one place."""
    parts = [factories.part(30, 31, place="Bloemendaal"), factories.part(120, label="Terugkomdag")]
    return factories.event(own.course, parts=parts, capacity=1)


@pytest.fixture
def wisher(own, other):
    return somebody_who_wishes(own, other)


@pytest.fixture
def offered(wisher, other, office):
    return swaps.offer(wisher, other.roster, by=office)


def somebody_who_wishes(event, *others, language="nl"):
    wishes = tuple(other.roster.pk for other in others)
    return factories.sign_up(event, factories.somebody(swap_wishes=wishes), language=language)


def places(sign_up):
    """{(roster, part): whether it is only offered}."""
    rows = sign_up.claims.values_list("roster_id", "part_key", "offer_id")
    return {(roster, part): offer is not None for roster, part, offer in rows}


def places_on(event, *, offered=False):
    return {(event.roster.pk, part.key): offered for part in event.parts}


def free(event):
    return [part.free for part in factories.again(event).parts]


def state(offer):
    return SwapOffer.objects.get(pk=offer.pk).state


def wishes(sign_up):
    return list(sign_up.swap_wishes.all())


# --- Wishing -------------------------------------------------------------------------------


def test_a_wish_can_be_added_and_removed_after_signing_up(own, other):
    sign_up = factories.sign_up(own)
    assert [event.code for event in swaps.choices(sign_up)] == [other.code]
    swaps.set_wishes(sign_up, [other.roster.pk])
    assert wishes(sign_up) == [other.roster]
    swaps.set_wishes(sign_up, [other.roster.pk])
    swaps.set_wishes(sign_up, [])
    assert wishes(sign_up) == []
    notes = list(sign_up.changes.exclude(note="").values_list("note", flat=True))
    assert notes == ["wishes for another date changed"] * 2


def test_only_coming_dates_of_the_same_course_can_be_wished_for(own, other):
    sign_up = factories.sign_up(own)
    begun = factories.event(own.course, parts=[factories.part(0)])
    off = factories.event(own.course, parts=[factories.part(90)])
    Roster.objects.filter(pk=off.roster.pk).update(state="called_off")
    hidden = factories.event_page(own.course, parts=[factories.part(91)])
    another_course = factories.event()
    for event in (own, begun, off, another_course):
        swaps.set_wishes(sign_up, [event.roster.pk])
        assert wishes(sign_up) == []
    assert not hidden.live
    assert [event.code for event in swaps.choices(sign_up)] == [other.code]


def test_only_live_sign_ups_for_a_whole_course_to_come_can_wish(own, other, office):
    alumna = factories.sign_up(own, factories.somebody(admission="alumni"), kind="alumni")
    gone = cancellations.cancel(factories.sign_up(own), by=office)
    here = factories.sign_up(own)
    assert swaps.choices(alumna) == swaps.choices(gone) == []
    assert len(swaps.choices(here)) == 1
    with pytest.raises(WrongStateError):
        swaps.set_wishes(gone, [other.roster.pk])
    with time_machine.travel(timezone.now() + datetime.timedelta(days=60)):
        holds.expire()
        assert swaps.choices(here) == []


# --- Matching ------------------------------------------------------------------------------


def test_matches_are_in_the_order_of_sign_up(own, other, office):
    first = payments.record(somebody_who_wishes(own, other), by=office)
    second = somebody_who_wishes(own, other)
    somebody_who_wishes(own)
    factories.sign_up(own, factories.somebody(admission="exception"))
    cancellations.cancel(somebody_who_wishes(own, other), by=office)
    assert swaps.matches(other.roster) == [first, second]
    assert swaps.all_matches() == [(other.roster, [first, second])]


def test_a_full_date_has_no_matches_until_a_place_frees(wisher, other, office):
    [holder] = factories.fill(other)
    assert swaps.matches(other.roster) == []
    assert swaps.wishers([other.roster]) == {other.roster.pk: [wisher]}
    cancellations.cancel(holder, by=office)
    assert swaps.matches(other.roster) == [wisher]


def test_room_in_one_part_only_is_no_room(wisher, own, office):
    parts = [factories.part(30), factories.part(120, label="Terugkomdag", open_to_alumni=True)]
    other = factories.event(own.course, parts=parts, capacity=1)
    swaps.set_wishes(wisher, [other.roster.pk])
    factories.sign_up(other, factories.somebody(admission="alumni"), kind="alumni")
    assert free(other) == [1, 0]
    assert swaps.matches(other.roster) == []
    with pytest.raises(seats.NoSeatError):
        swaps.offer(wisher, other.roster, by=office)
    assert places(wisher) == places_on(own)


def test_dates_that_nobody_can_move_to_have_no_matches(wisher, other):
    Roster.objects.filter(pk=other.roster.pk).update(state="called_off")
    assert swaps.matches(other.roster) == []
    Roster.objects.filter(pk=other.roster.pk).update(state="closed")
    assert swaps.matches(other.roster) == [wisher]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert swaps.all_matches() == []


def test_the_matches_of_all_dates_take_a_fixed_number_of_queries(
    own, other, django_assert_max_num_queries
):
    third = factories.event(own.course, parts=[factories.part(20)])
    for number in (1, 3):
        for _person in range(number):
            somebody_who_wishes(own, other, third)
        with django_assert_max_num_queries(13):
            found = swaps.all_matches()
        assert [roster for roster, _people in found] == [third.roster, other.roster]


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
    for fact in (other.title, "Bloemendaal", own.code, "/inschrijving/"):
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


def test_nobody_can_accept_a_date_for_which_they_have_signed_up(own, office):
    other = factories.event(own.course, parts=[factories.part(30)])
    person = factories.somebody(swap_wishes=(other.roster.pk,))
    offer = swaps.offer(factories.sign_up(own, person), other.roster, by=office)
    factories.sign_up(other, person)
    with pytest.raises(moves.AlreadyThereError):
        swaps.accept(offer)
    assert state(offer) == "open"


def test_mails_and_title_are_in_the_language_of_the_person(own, other, office):
    sign_up = somebody_who_wishes(own, other, language="en")
    moved = swaps.accept(swaps.offer(sign_up, other.roster, by=office))
    kinds = ["swap_offer", "swapped", "office_change"]
    languages = [OutgoingMail.objects.get(kind=kind).language for kind in kinds]
    assert languages == ["en", "en", "nl"]
    assert moved.event_title == other.title


# --- Other answers, or none ----------------------------------------------------------------


def test_refusing_frees_the_seats_and_removes_the_wish(offered, wisher, own, other, office):
    swaps.refuse(offered)
    swaps.refuse(offered)
    assert (state(offered), wishes(wisher)) == ("refused", [])
    assert places(wisher) == places_on(own)
    assert free(other) == [1, 1]
    assert OutgoingMail.objects.filter(kind="office_change").count() == 1
    with pytest.raises(swaps.OfferGoneError):
        swaps.accept(offered)


def test_an_unanswered_offer_lapses_and_the_next_person_can_get_one(
    offered, wisher, own, other, office
):
    waiting = somebody_who_wishes(own, other)
    assert swaps.lapse_unanswered(now=offered.until - datetime.timedelta(seconds=1)) == 0
    assert free(other) == [0, 0]
    with time_machine.travel(offered.until):
        assert free(other) == [1, 1]  # before any job has run
        assert swaps.lapse_unanswered() == 1
        assert swaps.lapse_unanswered() == 0
        assert (state(offered), wishes(wisher)) == ("lapsed", [other.roster])
        assert swaps.matches(other.roster) == [wisher, waiting]
        next_offer = swaps.offer(waiting, other.roster, by=office)
        assert swaps.accept(next_offer).roster == other.roster
    assert places(wisher) == places_on(own)
    assert OutgoingMail.objects.filter(kind="swap_lapsed").count() == 1


def test_a_new_sign_up_can_have_the_place_of_an_offer_that_has_lapsed(offered, other, wisher):
    with time_machine.travel(offered.until):
        new = factories.sign_up(factories.again(other))
    assert places(new) == places_on(other)
    assert state(offered) == "lapsed"


def test_staff_can_withdraw_an_offer(offered, wisher, own, other, office):
    swaps.withdraw(offered, by=office)
    assert (state(offered), wishes(wisher)) == ("withdrawn", [other.roster])
    assert places(wisher) == places_on(own)
    assert free(other) == [1, 1]


def test_a_wish_that_is_on_offer_stays(offered, wisher, other):
    swaps.set_wishes(wisher, [])
    assert wishes(wisher) == [other.roster]


# --- The date itself changes ---------------------------------------------------------------


def test_a_lower_capacity_keeps_the_offered_seat(own, office):
    other = factories.event(own.course, parts=[factories.part(30)], capacity=5)
    factories.fill(other, 2)
    offer = swaps.offer(somebody_who_wishes(own, other), other.roster, by=office)
    page = CourseEventPage.objects.get(pk=other.page.pk)
    page.capacity = 1
    factories.publish(page)
    assert Roster.objects.get(pk=other.roster.pk).capacity == 3
    assert swaps.accept(offer).roster == other.roster


def test_an_offer_includes_a_part_that_is_added(offered, own, other):
    for event in (own, other):
        page = CourseEventPage.objects.get(pk=event.page.pk)
        page.parts.add(factories.part(200, label="Extra dag"))
        factories.publish(page)
    assert list(invariants.violations()) == []
    moved = swaps.accept(offered)
    assert places(moved) == places_on(factories.again(other))
