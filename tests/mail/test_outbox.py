from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.models import User
from mail.models import MailText, OutgoingMail
from mail.outbox import (
    StaffMail,
    is_delayed_for,
    mails_about,
    queue,
    queue_staff_mails,
    send_again,
    send_test,
)

pytestmark = pytest.mark.django_db


def test_a_queued_mail_holds_everything_to_send(write):
    person = User.objects.create(username="noor")
    mail = write(
        to=("Noor Öztürk", "noor@example.org"),
        about=person,
        reply_to="office@example.org",
        attachments=[("dagen.ics", b"BEGIN", "text/calendar")],
    )
    mail.refresh_from_db()

    assert (mail.to_name, mail.to, mail.reply_to) == (
        "Noor Öztürk",
        "noor@example.org",
        "office@example.org",
    )
    assert (mail.subject, mail.language, mail.state) == ("Welkom Noor", "nl", "queued")
    assert mail.about == person
    assert "Kijk hier: Naar uw inschrijving\nhttps://example.org/x\n" in mail.body_text
    assert [(a.filename, bytes(a.content)) for a in mail.attachments.all()] == [
        ("dagen.ics", b"BEGIN")
    ]


def test_a_second_mail_with_the_same_key_is_not_written(write):
    first = write(key="welcome:1")
    second = write(key="welcome:1", values={"first_name": "Somebody else"})

    assert second == first
    assert OutgoingMail.objects.count() == 1


def test_mails_without_a_key_are_all_written(write):
    assert write() != write()


def test_a_rollback_leaves_no_mail(write):
    with transaction.atomic():
        write(key="welcome:1", attachments=[("a.txt", b"a", "text/plain")])
        transaction.set_rollback(True)

    assert OutgoingMail.objects.count() == 0


def test_the_text_of_staff_takes_precedence_over_the_default(write, kind):
    MailText.objects.create(
        kind=kind.key, language="nl", subject="Dag {first_name}", body="<p>Tot ziens</p>"
    )

    assert write().subject == "Dag Noor"
    assert write(language="en").subject == "Welcome Noor"


def test_an_unknown_language_gets_the_first_one(write):
    assert write(language="fr").language == "nl"


@pytest.mark.parametrize("values", [{}, {"first_name": "Noor", "email": "noor@example.org"}])
def test_values_must_be_exactly_the_placeholders(kind, values):
    with pytest.raises(ValueError, match="placeholders"):
        queue(kind=kind.key, to="noor@example.org", language="nl", values=values)


@pytest.mark.parametrize("address", ["", "noor", "a@example.org, b@example.org", "a b@example.org"])
def test_a_mail_to_an_invalid_address_is_kept_for_staff(write, address):
    mail = write(to=address)

    assert (mail.state, mail.last_error) == ("failed", "address not valid")


def test_sending_again_makes_a_copy_to_the_corrected_address(write):
    mail = write(to="nor@example.org", key="welcome:1", attachments=[("a.txt", b"a", "text/plain")])
    copy = send_again(mail, to="noor@example.org")

    assert (copy.to, copy.subject, copy.key, copy.copy_of) == (
        "noor@example.org",
        mail.subject,
        None,
        mail,
    )
    assert copy.message_id != mail.message_id
    assert [a.filename for a in copy.attachments.all()] == ["a.txt"]
    assert [event.event for event in mail.events.all()] == ["requeued"]


def test_a_test_mail_says_so_and_is_about_nothing(kind):
    values = {"first_name": "Noor", "status_url": "https://example.org/x", "remarks": ""}
    dutch, english = (
        send_test(kind, language, to="staff@example.org", values=values)
        for language in ("nl", "en")
    )

    assert (dutch.subject, english.subject) == ("[Proef] Welkom Noor", "[Test] Welcome Noor")
    assert (dutch.to, dutch.about, dutch.state) == ("staff@example.org", None, "queued")


@pytest.mark.parametrize(
    ("state", "minutes", "late"),
    [
        ("queued", 9, False),
        ("queued", 11, True),
        ("sending", 11, True),
        ("sent", 11, False),
        ("failed", 0, True),
    ],
)
def test_a_mail_is_late_after_ten_minutes_or_when_given_up(write, state, minutes, late):
    person, other = User.objects.create(username="noor"), User.objects.create(username="jan")
    mail = write(about=person)
    written = timezone.now() - timedelta(minutes=minutes)
    OutgoingMail.objects.update(state=state, created_at=written)

    assert (is_delayed_for(person), is_delayed_for(other)) == (late, False)
    assert is_delayed_for(person, to="Noor@example.org") is late
    assert is_delayed_for(person, to="office@example.org") is False
    assert [found.pk for found in mails_about(person)] == [mail.pk]


def test_a_mail_that_was_sent_again_is_not_late(write):
    person = User.objects.create(username="noor")
    send_again(write(about=person, to="noor"), to="noor@example.org")

    assert is_delayed_for(person) is False


def staff_mail(key, to="noor@example.org", **given):
    values = {"first_name": "Noor", "status_url": "https://example.org/x", "remarks": ""}
    values |= given.pop("values", {})
    words = {"language": "nl", "subject": "Dag {first_name}", "body": "<p>Uw {remarks}</p>"}
    return StaffMail(to=("Noor", to), values=values, about=None, key=key, **(words | given))


def test_mails_of_staff_are_filled_in_for_each_person(kind):
    person = User.objects.create(username="noor")
    mails = [
        replace(staff_mail("a", values={"remarks": "<b>{first_name}</b>"}), about=person),
        staff_mail("b", "jan@example.org", values={"first_name": "Jan\r\nBcc: eve@example.org"}),
        staff_mail("c", "nobody", language="en", subject="Dear {first_name}"),
    ]
    first, second, third = queue_staff_mails(kind.key, mails, reply_to="office@example.org")

    assert (first.subject, first.reply_to, first.about) == (
        "Dag Noor",
        "office@example.org",
        person,
    )
    assert first.body_text.split("\n")[0] == "Uw <b>{first_name}</b>"
    assert second.subject == "Dag Jan Bcc: eve@example.org"
    assert (third.language, third.state, third.last_error) == ("en", "failed", "address not valid")
    assert len({mail.message_id for mail in (first, second, third)}) == 3
    assert list(mails_about(person)) == [first]


def test_a_mail_of_staff_with_a_used_key_is_skipped(kind):
    [first] = queue_staff_mails(kind.key, [staff_mail("a")])

    assert queue_staff_mails(kind.key, [staff_mail("a"), staff_mail("b"), staff_mail("b")]) == [
        OutgoingMail.objects.get(key="b")
    ]
    assert set(OutgoingMail.objects.values_list("key", flat=True)) == {first.key, "b"}


def test_a_mail_of_staff_without_a_value_raises(kind):
    with pytest.raises(ValueError, match="remarks"):
        queue_staff_mails(kind.key, [replace(staff_mail("a"), values={"first_name": "Noor"})])
