import dataclasses
import datetime
import unicodedata
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses import mails
from courses.domain import (
    admission,
    cancellations,
    holds,
    payments,
    people,
    rosters,
    sign_ups,
    transitions,
)
from courses.models import Answer, Consent, Roster, SeatClaim, SignUp
from courses.reading.availability import Availability
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db

# Names that a form must accept and keep unchanged.
NAMES = [
    ("'t Hooft", "Gerard"),
    ("Meer-Öztürk", "Ayşe"),
    ("Nguyễn", "Thị Minh Khai"),
    ("Łukasz", "Żółć"),
    ("李", "明"),
    ("חיים", "דוד"),
    ("Ó", "X"),
    ("L" * 200, "F" * 200),
    (unicodedata.normalize("NFC", "Zoë"), unicodedata.normalize("NFC", "Renée")),
    (unicodedata.normalize("NFD", "Zoë"), unicodedata.normalize("NFD", "Renée")),
    ("<b>Vet</b> & {code}", "{status_url}"),
    ("=1+1", "Robert'); DROP TABLE"),
    ("🏃‍♀️", "a, b; c"),
]


def claims(sign_up):
    return set(sign_up.claims.values_list("part_key", "seat_number"))


def state_of(sign_up):
    return SignUp.objects.get(pk=sign_up.pk).state


def test_a_sign_up_holds_a_seat_in_every_part_until_it_is_paid(event, mails_about, history):
    taken = factories.sign_up(event, terms_version="Voorwaarden 2026-11-01 09:00")

    assert taken.state == SignUp.State.AWAITING_PAYMENT
    assert claims(taken) == {(event.parts[0].key, 1), (event.parts[1].key, 1)}
    assert taken.hold_until == taken.created_at + datetime.timedelta(days=7)
    assert (taken.event_title, taken.price_cents) == (event.title, 119500)
    assert taken.terms_version == "Voorwaarden 2026-11-01 09:00"
    assert (taken.confirmed_at, taken.paid_at, taken.ended_at) == (None, None, None)
    assert mails_about(taken) == ["received", "office_sign_up"]
    assert history(taken) == [("awaiting_payment", None)]
    assert [part.free for part in factories.again(event).parts] == [23, 23]


def test_everything_that_was_filled_in_is_saved(event):
    other = factories.event()
    filled_in = factories.somebody(
        remarks="Ik kom met de trein.",
        for_work=True,
        swap_wishes=(other.roster.pk,),
        buyer=sign_ups.Buyer(
            organisation="Praktijk Duin",
            reference="K-12",
            street="Duinweg 1",
            postcode="7722 AA",
            city="Dalfsen",
            email="facturen@example.nl",
        ),
        answers=(sign_ups.Given(key="big", question="Uw BIG-nummer?", value="123"),),
        consents=(("Ik ga akkoord.", True), ("Nieuwsbrief", False)),
    )

    taken = SignUp.objects.get(pk=factories.sign_up(event, filled_in).pk)

    assert (taken.last_name, taken.email) == (filled_in.last_name, filled_in.email)
    assert (taken.remarks, taken.for_work) == ("Ik kom met de trein.", True)
    assert list(taken.swap_wishes.all()) == [other.roster]
    assert (taken.buyer.organisation, taken.buyer.reference) == ("Praktijk Duin", "K-12")
    assert (taken.buyer.street, taken.buyer.postcode) == ("Duinweg 1", "7722 AA")
    assert (taken.buyer.city, taken.buyer.email) == ("Dalfsen", "facturen@example.nl")
    answers = Answer.objects.values_list("key", "question", "value")
    assert list(answers) == [("big", "Uw BIG-nummer?", "123")]
    consents = Consent.objects.values_list("text", "given")
    assert list(consents) == [("Ik ga akkoord.", True), ("Nieuwsbrief", False)]


def test_the_price_of_the_date_is_frozen(institute):
    event = factories.event(price_cents=99000)
    taken = factories.sign_up(event)
    event.facts.price_cents = 120000
    factories.publish(event.facts)

    assert SignUp.objects.get(pk=taken.pk).price_cents == 99000
    assert factories.again(event).price_cents == 120000


def test_without_an_office_address_notices_go_to_the_public_one(institute):
    factories.settings(office_email="", email="info@example.nl")
    factories.sign_up(factories.event())
    assert OutgoingMail.objects.get(kind="office_sign_up").to == "info@example.nl"


def test_the_institute_decides_how_long_a_seat_is_held(institute):
    factories.settings(hold_days=3)
    taken = factories.sign_up(factories.event())
    assert taken.hold_until - taken.created_at == datetime.timedelta(days=3)


def test_admission_by_exception_waits_for_the_office(event, office, mails_about, history):
    taken = factories.sign_up(
        event, factories.somebody(admission="exception", motivation="Twintig jaar ervaring")
    )
    assert taken.state == SignUp.State.REVIEW
    assert taken.claims.count() == 2
    assert mails_about(taken) == ["waiting_for_office", "office_sign_up"]

    with time_machine.travel(timezone.now() + datetime.timedelta(days=5), tick=False):
        accepted = admission.admit(taken, by=office)
        assert accepted.hold_until == timezone.now() + datetime.timedelta(days=7)

    assert accepted.state == SignUp.State.AWAITING_PAYMENT
    assert accepted.claims.count() == 2
    assert mails_about(taken) == ["waiting_for_office", "office_sign_up", "admission_granted"]
    assert history(taken) == [("review", None), ("awaiting_payment", "office")]


def test_a_refused_admission_frees_the_seats(event, office, mails_about, history):
    taken = factories.sign_up(event, factories.somebody(admission="exception"))
    declined = admission.decline(taken, by=office)

    assert declined.state == SignUp.State.CANCELLED
    assert declined.hold_until is None
    assert declined.ended_at is not None
    assert claims(taken) == set()
    assert mails_about(taken)[-1] == "admission_refused"
    assert history(taken) == [("review", None), ("cancelled", "office")]


def test_a_free_date_is_confirmed_at_once(institute, mails_about, history):
    event = factories.event(price_cents=0)
    taken = factories.sign_up(event)

    assert taken.state == SignUp.State.CONFIRMED
    assert taken.confirmed_at == taken.created_at
    assert (taken.hold_until, taken.paid_at) == (None, None)
    assert mails_about(taken) == ["confirmed", "office_sign_up"]
    assert history(taken) == [("confirmed", None)]


def test_payment_makes_the_place_final(event, office, mails_about, history):
    taken = factories.sign_up(event)
    paid = payments.record(taken, by=office)

    paid = SignUp.objects.get(pk=paid.pk)
    assert paid.state == SignUp.State.CONFIRMED
    assert paid.paid_at == paid.confirmed_at
    assert paid.paid_at is not None
    assert paid.hold_until is None
    assert paid.claims.count() == 2
    assert mails_about(taken) == ["received", "office_sign_up", "confirmed"]
    assert history(taken) == [("awaiting_payment", None), ("confirmed", "office")]
    keys = OutgoingMail.objects.exclude(key=None).values_list("key", flat=True)
    assert list(keys) == [f"sign-up-confirmed-{taken.pk}"]


@pytest.mark.parametrize("paid", [False, True])
def test_cancelling_frees_the_seats(small_event, office, mails_about, history, paid):
    first, _second = factories.fill(small_event)
    if paid:
        payments.record(first, by=office)
    cancelled = cancellations.cancel(first, by=office)

    assert cancelled.state == SignUp.State.CANCELLED
    assert claims(first) == set()
    assert mails_about(first)[-1] == "cancelled"
    assert history(first)[-1] == ("cancelled", "office")
    assert factories.again(small_event).free_for("course") == 1
    assert claims(factories.sign_up(factories.again(small_event))) == {
        (part.key, 1) for part in small_event.parts
    }


VERBS = {
    "accept": (admission.admit, {"review"}),
    "decline": (admission.decline, {"review"}),
    "record_payment": (payments.record, {"awaiting_payment"}),
    "cancel": (cancellations.cancel, {"review", "awaiting_payment", "confirmed"}),
}


def in_state(event, state, by):
    admission = "exception" if state == "review" else "hbo"
    taken = factories.sign_up(event, factories.somebody(admission=admission))
    if state == "confirmed":
        payments.record(taken, by=by)
    if state == "cancelled":
        cancellations.cancel(taken, by=by)
    if state == "expired":
        holds.expire(now=taken.hold_until)
    assert state_of(taken) == state
    return taken


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", SignUp.State.values)
def test_each_verb_works_in_its_own_states_only(event, office, mails_about, history, verb, state):
    act, allowed = VERBS[verb]
    taken = in_state(event, state, office)
    before = (mails_about(taken), history(taken), claims(taken))
    if state in allowed:
        act(taken, by=office)
        assert state_of(taken) != state
        return
    with pytest.raises(transitions.WrongStateError):
        act(taken, by=office)
    assert state_of(taken) == state
    assert (mails_about(taken), history(taken), claims(taken)) == before


def test_a_verb_reads_the_row_anew(event, office, mails_about):
    taken = factories.sign_up(event)
    stale = SignUp.objects.get(pk=taken.pk)
    payments.record(taken, by=office)
    with pytest.raises(transitions.WrongStateError):
        payments.record(stale, by=office)
    assert mails_about(taken).count("confirmed") == 1


# --- Holds that pass ------------------------------------------------------------------------


def test_holds_expire_when_they_have_passed_and_not_before(event, mails_about, history):
    taken = factories.sign_up(event)
    assert holds.expire(now=taken.hold_until - datetime.timedelta(microseconds=1)) == 0
    assert state_of(taken) == SignUp.State.AWAITING_PAYMENT

    assert holds.expire(now=taken.hold_until) == 1
    assert holds.expire(now=taken.hold_until) == 0

    assert state_of(taken) == SignUp.State.EXPIRED
    assert claims(taken) == set()
    assert mails_about(taken) == ["received", "office_sign_up", "hold_lapsed"]
    assert history(taken) == [("awaiting_payment", None), ("expired", None)]


def test_holds_of_several_dates_expire_in_one_run(event, office):
    other = factories.event()
    review = factories.sign_up(other, factories.somebody(admission="exception"))
    paid = factories.sign_up(event)
    payments.record(paid, by=office)
    held = factories.sign_up(event)

    assert holds.expire(now=held.hold_until + datetime.timedelta(days=1)) == 2
    assert [state_of(row) for row in (review, paid, held)] == ["expired", "confirmed", "expired"]


def test_the_next_sign_up_takes_a_lapsed_seat_without_waiting_for_the_job(small_event, mails_about):
    first, second = factories.fill(small_event)
    with time_machine.travel(second.hold_until + datetime.timedelta(seconds=1)):
        shown = factories.again(small_event)
        assert shown.free_for("course") == 2
        third = factories.sign_up(shown)

    assert [state_of(row) for row in (first, second, third)] == [
        "expired",
        "expired",
        "awaiting_payment",
    ]
    assert mails_about(first)[-1] == "hold_lapsed"
    assert SeatClaim.objects.count() == 2


def test_a_person_whose_hold_has_lapsed_may_sign_up_anew(small_event):
    who = factories.application()
    first = factories.sign_up(small_event, who)
    with time_machine.travel(first.hold_until + datetime.timedelta(minutes=1)):
        second = factories.sign_up(factories.again(small_event), who)
    assert second.pk != first.pk
    assert [state_of(first), state_of(second)] == ["expired", "awaiting_payment"]


@pytest.mark.parametrize(
    "moment",
    [
        datetime.datetime(2027, 3, 26, 11, 30, tzinfo=datetime.UTC),  # summer begins on the 28th
        datetime.datetime(2027, 10, 29, 10, 30, tzinfo=datetime.UTC),  # and ends on the 31st
    ],
)
def test_a_hold_is_elapsed_time_across_a_change_of_the_clock(institute, moment):
    with time_machine.travel(moment, tick=False):
        taken = factories.sign_up(factories.event())
    held = SignUp.objects.get(pk=taken.pk).hold_until
    assert held - moment == datetime.timedelta(hours=7 * 24)
    local = timezone.localtime(held), timezone.localtime(moment)
    assert local[0].utcoffset() != local[1].utcoffset()
    assert holds.expire(now=held - datetime.timedelta(seconds=1)) == 0
    assert holds.expire(now=held) == 1


# --- The same form, the same person ---------------------------------------------------------


def test_the_same_form_sent_again_is_the_same_sign_up(event, mails_about):
    form = factories.agreement()
    who = factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    again = sign_ups.sign_up(event=event, application=who, agreement=form)
    other_phone = dataclasses.replace(who, phone="020 1234567")
    changed = sign_ups.sign_up(event=event, application=other_phone, agreement=form)

    assert [again.pk, changed.pk] == [first.pk, first.pk]
    assert mails_about(first) == ["received", "office_sign_up"]
    assert SignUp.objects.count() == 1


def test_a_form_sent_again_after_the_end_leads_to_the_ended_sign_up(event, office):
    form, who = factories.agreement(), factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    cancellations.cancel(first, by=office)
    again = sign_ups.sign_up(event=event, application=who, agreement=form)
    assert again.pk == first.pk


def test_a_form_for_the_last_seat_can_be_sent_again(institute):
    event = factories.event(capacity=1)
    form, who = factories.agreement(), factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    again = sign_ups.sign_up(event=factories.again(event), application=who, agreement=form)
    assert again.pk == first.pk


def test_the_sign_up_of_a_form_is_found_by_its_key_and_person(event):
    form, who = factories.agreement(), factories.somebody()
    taken = sign_ups.sign_up(event=event, application=who, agreement=form)
    assert sign_ups.made_from_form(str(form.idempotency_key), who.person_key) == taken
    assert sign_ups.made_from_form(uuid.uuid4(), who.person_key) is None
    assert sign_ups.made_from_form("", who.person_key) is None
    assert sign_ups.made_from_form(None, who.person_key) is None


def test_a_form_sent_again_with_a_colleagues_name_signs_up_the_colleague(event):
    form, who = factories.agreement(), factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    colleague = dataclasses.replace(who, first_name="Collega", email="collega@example.nl")
    second = sign_ups.sign_up(event=event, application=colleague, agreement=form)
    assert (second.pk == first.pk, second.first_name) == (False, "Collega")


def test_the_same_person_in_another_tab_is_the_same_sign_up(event, mails_about):
    first = factories.sign_up(event, factories.application())
    again = factories.sign_up(event, factories.application())
    assert again.pk == first.pk
    assert mails_about(first) == ["received", "office_sign_up"]


def test_the_same_person_with_other_details_is_referred_to_the_first_sign_up(event):
    first = factories.sign_up(event, factories.application())
    with pytest.raises(sign_ups.AlreadySignedUpError) as caught:
        factories.sign_up(event, factories.application(phone="0201234567"))
    assert caught.value.sign_up == first
    assert SignUp.objects.get() == first
    assert SignUp.objects.get().phone == "06 12345678"


@pytest.mark.parametrize(
    "written",
    [
        {"first_name": " NOOR ", "last_name": "meer"},
        {"infix": "Van  Der"},
        {"email": "Noor@Example.NL "},
        {"infix": "", "last_name": "van der Meer"},
    ],
)
def test_case_and_spaces_do_not_make_another_person(written):
    plain = factories.application()
    assert factories.application(**written).person_key == plain.person_key


def test_one_name_in_two_unicode_forms_is_one_person():
    names = [unicodedata.normalize(form, "Zoë Çelik") for form in ("NFC", "NFD")]
    keys = {factories.application(last_name=name).person_key for name in names}
    assert names[0] != names[1]
    assert len(keys) == 1


def test_two_people_can_share_an_address(event):
    one = factories.sign_up(event, factories.application(first_name="Noor"))
    other = factories.sign_up(event, factories.application(first_name="Sam"))
    assert one.pk != other.pk


def test_a_person_may_sign_up_for_two_dates_and_again_after_cancelling(event, office):
    other = factories.event()
    first = factories.sign_up(event, factories.application())
    second = factories.sign_up(other, factories.application())
    cancellations.cancel(first, by=office)
    third = factories.sign_up(event, factories.application(phone="0201234567"))
    assert len({first.pk, second.pk, third.pk}) == 3


def test_the_database_refuses_a_second_live_sign_up_of_one_person(event):
    first = factories.sign_up(event)
    copy = SignUp.objects.get(pk=first.pk)
    copy.pk, copy.token_hash, copy.idempotency_key = None, "another", uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


# --- Seats ----------------------------------------------------------------------------------


def test_a_full_date_takes_nobody(small_event):
    factories.fill(small_event)
    for shown in (
        small_event,
        factories.again(small_event),
    ):  # also with a stale form
        with pytest.raises(sign_ups.UnavailableError) as caught:
            factories.sign_up(shown)
        assert caught.value.availability == Availability.FULL
    assert SignUp.objects.count() == 2
    assert SeatClaim.objects.count() == 4


def test_alumni_take_a_seat_on_the_return_day_only(event, office, mails_about):
    taken = factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    assert taken.state == SignUp.State.REVIEW
    assert claims(taken) == {(event.parts[1].key, 1)}
    assert taken.price_cents is None
    assert [part.free for part in factories.again(event).parts] == [24, 23]
    assert mails_about(taken) == ["waiting_for_office", "office_sign_up"]


def test_an_alumna_pays_the_price_for_alumni(institute, office):
    event = factories.event(factories.course(alumni_price_cents=17500))
    taken = factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    assert taken.price_cents == 17500
    assert admission.admit(taken, by=office).state == SignUp.State.AWAITING_PAYMENT


def test_alumni_can_fill_the_return_day_and_so_the_date(small_event):
    for _person in range(2):
        factories.sign_up(small_event, factories.somebody(admission="alumni"), kind="alumni")
    shown = factories.again(small_event)
    assert [part.free for part in shown.parts] == [2, 0]
    for kind in ("course", "alumni"):
        with pytest.raises(sign_ups.UnavailableError):
            factories.sign_up(shown, kind=kind)
    assert SeatClaim.objects.count() == 2


def test_participants_of_the_course_leave_no_seat_for_alumni(small_event):
    factories.fill(small_event)
    with pytest.raises(sign_ups.UnavailableError):
        factories.sign_up(factories.again(small_event), kind="alumni")


def test_a_date_without_a_part_for_alumni_takes_none(institute):
    event = factories.event(parts=[factories.part(30)])
    with pytest.raises(sign_ups.UnavailableError) as caught:
        factories.sign_up(event, kind="alumni")
    assert caught.value.availability == Availability.CLOSED


# --- Dates that cannot be joined ------------------------------------------------------------


def past():
    return factories.event(parts=[factories.part(-3, -2)])


def running():
    return factories.event(parts=[factories.part(-1), factories.part(30)])


def begins_today():
    return factories.event(parts=[factories.part(0)])


def not_yet_open():
    return factories.event(sign_up_opens=timezone.now() + datetime.timedelta(hours=1))


def closed_by_the_calendar():
    return factories.event(sign_up_closes=timezone.now() - datetime.timedelta(seconds=1))


def in_roster_state(state):
    event = factories.event()
    Roster.objects.filter(pk=event.roster.pk).update(state=state)
    return factories.again(event)


def said_to_be(override):
    event = factories.event(capacity=1)
    Roster.objects.filter(pk=event.roster.pk).update(availability_override=override)
    return factories.again(event)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (past, Availability.PAST),
        (running, Availability.CLOSED),
        (begins_today, Availability.CLOSED),
        (not_yet_open, Availability.NOT_YET_OPEN),
        (closed_by_the_calendar, Availability.CLOSED),
        (lambda: in_roster_state("closed"), Availability.CLOSED),
        (lambda: in_roster_state("called_off"), Availability.CALLED_OFF),
        (lambda: said_to_be("full"), Availability.FULL),
    ],
)
def test_a_date_that_cannot_be_joined_says_why(institute, make, why):
    event = make()
    with pytest.raises(sign_ups.UnavailableError) as caught:
        factories.sign_up(event)
    assert caught.value.availability == why
    assert SignUp.objects.count() == 0
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("state", ["closed", "called_off"])
def test_a_decision_of_staff_applies_to_forms_that_were_open_before(event, state):
    Roster.objects.filter(pk=event.roster.pk).update(state=state)
    with pytest.raises(sign_ups.UnavailableError) as caught:
        factories.sign_up(event)
    assert caught.value.availability == state


def test_a_date_that_staff_called_full_a_moment_ago_is_full(event):
    rosters.set_availability(event.roster, state="planned", availability_override="full")
    with pytest.raises(sign_ups.UnavailableError) as caught:
        factories.sign_up(event)
    assert caught.value.availability == Availability.FULL


@pytest.mark.parametrize("override", ["many", "few"])
def test_staff_cannot_open_a_full_date(institute, override):
    event = said_to_be(override)
    factories.sign_up(event)
    assert factories.again(event).availability == Availability.FULL
    with pytest.raises(sign_ups.UnavailableError):
        factories.sign_up(factories.again(event))


@pytest.mark.parametrize("state", ["planned", "going_ahead"])
def test_a_planned_date_and_one_that_goes_ahead_take_people(institute, state):
    assert factories.sign_up(in_roster_state(state)).state == SignUp.State.AWAITING_PAYMENT


# --- All or nothing -------------------------------------------------------------------------


def test_a_rollback_leaves_no_seat_and_no_mail(event, monkeypatch):
    class Fault(Exception):
        pass

    def fail_at_the_end(sign_up, event):
        assert SeatClaim.objects.count() == 2
        assert OutgoingMail.objects.count() == 1
        raise Fault

    monkeypatch.setattr(mails, "notify_office", fail_at_the_end)
    with pytest.raises(Fault):
        factories.sign_up(event)

    assert SignUp.objects.count() == 0
    assert SeatClaim.objects.count() == 0
    assert OutgoingMail.objects.count() == 0


def test_a_sign_up_is_never_part_of_a_longer_transaction(event):
    with pytest.raises(RuntimeError), transaction.atomic():
        factories.sign_up(event)


def test_a_database_error_is_not_reported_as_a_full_date(event):
    filled_in = factories.somebody(
        answers=(sign_ups.Given("one", "One?"), sign_ups.Given("one", "One again?"))
    )
    with pytest.raises(IntegrityError):
        factories.sign_up(event, filled_in)
    assert SignUp.objects.count() == 0


# --- Names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("last_name", "first_name"), NAMES)
def test_names_are_saved_and_mailed_unchanged(event, last_name, first_name):
    filled_in = factories.application(first_name=first_name, infix="", last_name=last_name)
    taken = factories.sign_up(event, filled_in)

    stored = SignUp.objects.get(pk=taken.pk)
    assert (stored.first_name, stored.last_name) == (first_name, last_name)
    assert stored.full_name == f"{first_name} {last_name}"
    person, office = OutgoingMail.objects.order_by("pk")
    assert person.body_text.startswith(f"Beste {first_name},\n")
    assert office.body_text.startswith(f"{first_name} {last_name} heeft zich ingeschreven")
    assert person.to_name == f"{first_name} {last_name}"[:200]
    assert (person.to, office.to) == ("noor@example.nl", "office@example.nl")


def test_the_infix_is_between_the_names_and_after_them_in_a_list(event):
    taken = factories.sign_up(event, factories.application())
    assert taken.full_name == "Noor van der Meer"
    assert taken.sort_name == "Meer, Noor van der"


def test_mail_to_the_person_is_in_their_language(event):
    factories.sign_up(event, language="en")
    person, office = OutgoingMail.objects.order_by("pk")
    assert (person.language, office.language) == ("en", "nl")
    assert person.subject == f"Your place is held: {event.title}"
    assert "/en/sign-up/" in person.body_text
    assert "€1,195" in person.body_text


def test_the_link_is_mailed_again_once_an_hour(event, mails_about):
    taken = factories.sign_up(event)
    with time_machine.travel(datetime.datetime(2027, 1, 1, 9, 5, tzinfo=datetime.UTC)) as clock:
        people.mail_link(taken)
        people.mail_link(taken)
        assert mails_about(taken).count("link_again") == 1
        clock.shift(datetime.timedelta(hours=1))
        people.mail_link(taken)
        assert mails_about(taken).count("link_again") == 2


def test_locking_a_roster_that_does_not_exist_is_an_error(db):
    with pytest.raises(Roster.DoesNotExist):
        rosters.lock(0)
