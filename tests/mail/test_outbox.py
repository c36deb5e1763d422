import pytest
from django.db import transaction

from core.models import User
from mail.models import MailText, OutgoingMail
from mail.outbox import queue, send_again

pytestmark = pytest.mark.django_db


def test_a_mail_is_written_as_it_will_be_sent(write):
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
    assert "Kijk hier:\nhttps://example.org/x\n" in mail.body_text
    assert [(a.filename, bytes(a.content)) for a in mail.attachments.all()] == [
        ("dagen.ics", b"BEGIN")
    ]


def test_a_key_is_used_once(write):
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


def test_the_wording_of_staff_goes_before_the_default(write, kind):
    MailText.objects.create(
        kind=kind.key, language="nl", subject="Dag {first_name}", body="<p>Tot ziens</p>"
    )

    assert write().subject == "Dag Noor"
    assert write(language="en").subject == "Welcome Noor"


def test_an_unknown_language_gets_the_first_one(write):
    assert write(language="fr").language == "nl"


@pytest.mark.parametrize("values", [{}, {"first_name": "Noor", "email": "noor@example.org"}])
def test_values_are_exactly_the_placeholders(kind, values):
    with pytest.raises(ValueError, match="placeholders"):
        queue(kind=kind.key, to="noor@example.org", language="nl", values=values)


@pytest.mark.parametrize("address", ["", "noor", "a@example.org, b@example.org", "a b@example.org"])
def test_an_address_that_cannot_work_is_kept_for_staff(write, address):
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
