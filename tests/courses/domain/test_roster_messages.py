"""Mails of staff to a course group reach each person once, and only those staff were shown."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import cancellations, people, roster_messages
from courses.models import RosterMessage, SignUp
from courses.reading import links
from mail import outbox
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db

DUTCH = "<p>Beste {first_name}, tot ziens op {days}. {status_url}</p>"
ENGLISH = "<p>Dear {full_name}, see you on {days}.</p>"


@pytest.fixture
def message(event, office):
    return RosterMessage.objects.create(
        roster=event.roster,
        subject="Over {code}",
        body=DUTCH,
        states=[SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT],
        by=office,
    )


def marks(message):
    return {recipient.mark for recipient in roster_messages.recipients(message)}


def send(message, office, expected=None):
    return roster_messages.send(message, by=office, expected=expected or marks(message))


def mails():
    return OutgoingMail.objects.filter(kind="roster_message").order_by("pk")


def test_a_message_reaches_the_chosen_states_by_last_name(event, message):
    waiting = factories.sign_up(event, factories.somebody(last_name="Bakker"))
    confirmed = factories.sign_up(event, factories.somebody(last_name="Aker"))
    SignUp.objects.filter(pk=confirmed.pk).update(state="confirmed", hold_until=None)
    factories.sign_up(event, factories.somebody(last_name="Cools", admission="exception"))
    ended = factories.sign_up(event, factories.somebody(last_name="Dam"))
    cancellations.cancel(ended, by=None)

    def reached():
        return [recipient.sign_up.pk for recipient in roster_messages.recipients(message)]

    assert reached() == [confirmed.pk, waiting.pk]
    message.states = [SignUp.State.CONFIRMED, SignUp.State.CANCELLED]
    assert reached() == [confirmed.pk]


def test_each_person_gets_a_mail_of_their_own_and_a_line_in_the_history(
    event, message, office, institute, history
):
    noor = factories.sign_up(event, factories.application())
    jan = factories.sign_up(event, factories.somebody(first_name="Jan"))

    assert send(message, office) == roster_messages.Sent(2, ())

    first, second = mails()
    assert {(mail.to, mail.about) for mail in (first, second)} == {
        ("noor@example.nl", noor),
        (jan.email, jan),
    }
    to_noor = mails().get(to="noor@example.nl")
    assert to_noor.subject == f"Over {event.code}"
    assert to_noor.to_name == "Noor van der Meer"
    assert to_noor.key == f"roster-message-{message.pk}-{noor.pk}"
    assert (to_noor.reply_to, to_noor.state) == (institute.email, "queued")
    assert "Beste Noor, tot ziens op Lesdagen:" in to_noor.body_text
    assert "{" not in to_noor.body_text
    assert history(noor)[-1] == ("awaiting_payment", "office")
    assert noor.changes.last().note == roster_messages.HISTORY_NOTE
    message.refresh_from_db()
    assert (message.sent_by, sorted(message.sent_to)) == (office, sorted([noor.pk, jan.pk]))


def test_a_double_click_mails_once(event, message, office):
    taken = factories.sign_up(event)
    seen = marks(message)
    send(message, office, seen)
    with pytest.raises(roster_messages.AlreadySentError):
        send(message, office, seen)

    assert mails().count() == 1
    assert taken.changes.filter(note=roster_messages.HISTORY_NOTE).count() == 1


def test_people_who_ended_in_the_meantime_are_left_out_and_named(event, message, office):
    factories.sign_up(event)
    gone = factories.sign_up(event, factories.application())
    seen = marks(message)
    cancellations.cancel(gone, by=None)

    assert send(message, office, seen) == roster_messages.Sent(1, ("Noor van der Meer",))
    assert "noor@example.nl" not in mails().values_list("to", flat=True)


def test_nobody_is_mailed_whom_staff_were_not_shown(event, message, office):
    factories.sign_up(event)
    seen = marks(message)
    factories.sign_up(event)
    with pytest.raises(roster_messages.StaleAudienceError):
        send(message, office, seen)

    assert mails().count() == 0
    assert send(message, office).number == 2


def test_a_substitute_or_another_text_has_to_be_shown_first(event, message, office):
    taken = factories.sign_up(event)
    seen = marks(message)
    people.substitute(taken, people.Person("Eva", "Bos", "eva@example.nl", "0612345678"))
    with pytest.raises(roster_messages.StaleAudienceError):
        send(message, office, seen)
    seen = marks(message)
    RosterMessage.objects.filter(pk=message.pk).update(body="<p>Iets anders</p>")
    with pytest.raises(roster_messages.StaleAudienceError):
        send(message, office, seen)

    assert mails().count() == 0


def test_a_message_that_reaches_nobody_is_not_sent(message, office):
    with pytest.raises(roster_messages.StaleAudienceError):
        roster_messages.send(message, by=office, expected=set())
    message.refresh_from_db()
    assert message.sent_at is None


def test_a_message_to_selected_people_leaves_out_those_who_are_gone(event, message):
    one, other = factories.sign_up(event), factories.sign_up(event)
    elsewhere = factories.sign_up(factories.event())
    factories.sign_up(event)
    message.people = [one.pk, other.pk, elsewhere.pk]
    cancellations.cancel(other, by=None)

    assert [row.sign_up.pk for row in roster_messages.recipients(message)] == [one.pk]
    assert {row.pk for row in roster_messages.left_out(message)} == {other.pk, elsewhere.pk}
    message.people = []
    assert roster_messages.recipients(message) == []


@pytest.mark.parametrize("english", [True, False])
def test_readers_of_english_get_the_english_text_if_there_is_one(event, message, office, english):
    factories.sign_up(event, language="en")
    if english:
        RosterMessage.objects.update(subject_en="About {code}", body_en=ENGLISH)
        message.refresh_from_db()
    send(message, office)

    mail = mails().get()
    subject = f"About {event.code}" if english else f"Over {event.code}"
    assert (mail.language, mail.subject) == ("en" if english else "nl", subject)
    assert mail.body_text.startswith("Dear Noor" if english else "Beste Noor")


@pytest.mark.parametrize(
    ("first_name", "read"),
    [
        ("Łukasz", "Beste Łukasz, tot"),
        ("נועה", "Beste נועה, tot"),
        ("{code}", "Beste {code}, tot"),
        ("{first_name}", "Beste {first_name}, tot"),
        ("Jan\r\nBcc: eve@example.org", "Beste Jan Bcc eve example org, tot"),
        ("<b>Jan</b>", "Beste <b>Jan</b>, tot"),
    ],
)
def test_unusual_names_stay_as_they_are(event, message, office, first_name, read):
    taken = factories.sign_up(event)
    SignUp.objects.filter(pk=taken.pk).update(first_name=first_name)
    RosterMessage.objects.update(subject="Voor {first_name}")
    message.refresh_from_db()
    send(message, office)

    mail = mails().get()
    assert mail.body_text.startswith(read)
    assert mail.subject == "Voor " + read.removeprefix("Beste ").removesuffix(", tot")
    assert "\n" not in mail.to_name + mail.subject
    assert "<b>Jan" not in mail.body_html


def test_two_hundred_people_take_as_many_queries_as_two(event, office):
    def queries(number):
        message = RosterMessage.objects.create(
            roster=event.roster, subject="Dag", body=DUTCH, states=["confirmed"], by=office
        )
        make_people(event, number)
        seen = marks(message)
        with CaptureQueriesContext(connection) as asked:
            send(message, office, seen)
        assert mails().filter(key__startswith=f"roster-message-{message.pk}-").count() == len(seen)
        return len(asked)

    few = queries(2)
    assert queries(200) <= few + 10  # the database takes the rows in a few batches
    assert few <= 40


def make_people(event, number):
    taken = factories.sign_up(event)
    shared = {
        field.attname: getattr(taken, field.attname)
        for field in SignUp._meta.concrete_fields
        if field.attname not in ("id", "token_hash", "idempotency_key", "person_key", "state")
    }
    shared |= {"state": "confirmed", "hold_until": None}
    people = [
        SignUp(**shared, idempotency_key=uuid.uuid4(), person_key=uuid.uuid4().hex)
        for _number in range(number)
    ]
    for person in people:
        person.token_nonce = uuid.uuid4().hex[:20]
        links.issue(person)
    SignUp.objects.bulk_create(people)


def test_the_mails_of_a_message_come_with_their_copies(event, message, office):
    factories.sign_up(event)
    send(message, office)
    message.refresh_from_db()
    [written] = roster_messages.sent_mails([message])[message.pk]
    copy = outbox.send_again(written, to="noor@example.org")

    [again] = roster_messages.sent_mails([message])[message.pk]
    assert (again.pk, list(again.copies.all())) == (written.pk, [copy])
