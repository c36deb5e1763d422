import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import formats, translation

from courses import mails
from courses.domain import (
    admission,
    cancellations,
    holds,
    payments,
    sign_ups,
    transitions,
)
from courses.models import Answer, Consent, SeatClaim, SignUp
from courses.reading.availability import Availability
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


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


def test_mail_to_the_person_is_in_their_language(event):
    factories.sign_up(event, language="en")
    person, office = OutgoingMail.objects.order_by("pk")
    assert (person.language, office.language) == ("en", "nl")
    with translation.override("en"):
        first_day = formats.date_format(event.first_day, "j F Y")
    assert person.subject == f"Your place is held: {first_day}, Dalfsen"
    assert "/en/sign-up/" in person.body_text
    assert "€1,195" in person.body_text
