from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.mail import get_connection
from django.utils import timezone as django_timezone

from mail import sending
from mail.models import OutgoingMail
from mail.sending import MOST_ATTEMPTS, delay_after, lease_next, send_due

pytestmark = pytest.mark.django_db

START = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def written(write):
    def written(number=1, **given):
        mails = [write(**given) for _ in range(number)]
        OutgoingMail.objects.update(next_attempt_at=START, created_at=START)
        return mails if number > 1 else mails[0]

    return written


def test_a_mail_is_sent_once(post, written):
    mail = written()

    assert [send_due(now=START), send_due(now=START)] == [1, 0]
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts) == ("sent", START, 1)
    assert post.ids == [mail.message_id]
    assert [event.event for event in mail.events.all()] == ["sent"]


def test_text_html_and_attachment_arrive(post, written):
    written(attachments=[("dagen.ics", b"BEGIN:VCALENDAR", "text/calendar")])
    send_due(now=START)

    types = [part.get_content_type() for part in post.messages[0].walk()]
    assert types == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_the_line_before_the_signature_arrives_with_its_space(post, written):
    written()
    send_due(now=START)

    text = post.messages[0].get_body(["plain"]).get_content()
    assert "\n-- \n" in text.replace("\r\n", "\n")


def test_attachments_arrive_as_they_were_written(post, written):
    days = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Café Löwe\r\nEND:VCALENDAR\r\n".encode()
    invoice = b"%PDF-1.7\n\xff\x00\r\n\r.\n"
    written(
        attachments=[
            ("dagen.ics", days, "text/calendar; method=PUBLISH"),
            ("factuur é.pdf", invoice, "application/pdf"),
        ]
    )
    send_due(now=START)
    calendar, pdf = post.messages[0].iter_attachments()

    assert calendar.get_content_type() == "text/calendar"
    assert dict(calendar["Content-Type"].params) == {"method": "PUBLISH", "charset": "utf-8"}
    assert calendar.get_payload(decode=True) == days
    assert (pdf.get_content_type(), pdf.get_filename()) == ("application/pdf", "factuur é.pdf")
    assert pdf.get_payload(decode=True) == invoice


@pytest.mark.parametrize("bad", ["noor@exam\u202cple.nl", "ſam@example.nl", "no one", "a@b@c.nl"])
def test_a_bad_address_to_answer_to_does_not_stop_the_mail(post, written, bad):
    mail = written(reply_to=bad)
    send_due(now=START)
    mail.refresh_from_db()

    assert mail.state == "sent"
    assert post.messages[0]["Reply-To"] is None


def test_the_name_of_the_recipient_holds_no_address(post, written):
    written(to=("https://evil.example/win", "noor@example.org"))
    send_due(now=START)

    [to] = post.messages[0]["To"].addresses
    assert (to.display_name, to.addr_spec) == ("https evil example win", "noor@example.org")


def test_a_refused_address_is_given_up_at_once(post, written):
    post.mode = "no such person"
    mail = written()
    send_due(now=START)
    mail.refresh_from_db()

    assert (mail.state, mail.attempts) == ("failed", 1)
    assert mail.last_error == "address refused by the mail server (550)"


@pytest.mark.parametrize("mode", ["try later", "hang"])
def test_a_server_in_trouble_leads_to_a_retry(post, written, settings, mode):
    post.mode = mode
    settings.EMAIL_TIMEOUT = 0.5 if mode == "hang" else 20
    mail = written()
    send_due(now=START)
    mail.refresh_from_db()

    assert (mail.state, mail.attempts) == ("queued", 1)
    assert timedelta(seconds=22) < mail.next_attempt_at - START < timedelta(seconds=38)
    assert "noor" not in mail.last_error
    assert send_due(now=START + timedelta(seconds=20)) == 0
    assert mail.events.count() == 1


def test_a_server_that_drips_has_so_long_for_a_mail_and_no_longer(written, settings, dripping):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", dripping.port
    dripping.first = b"220 "
    settings.MAIL_SECONDS = 0.3
    mail, other = written(2)
    assert send_due(now=START) == 0
    mail.refresh_from_db()
    other.refresh_from_db()

    assert (mail.state, mail.attempts, mail.last_error) == ("queued", 1, "SMTPServerDisconnected")
    assert (other.state, other.attempts) == ("queued", 1)


def test_a_mail_service_that_drips_too(written, settings, dripping):
    settings.MAIL_TRANSPORT = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "made-up",
        "POSTMARK_API_URL": f"http://127.0.0.1:{dripping.port}/",
    }
    dripping.first = b"HTTP/1.1 200 OK\r\nX-Drip: "
    settings.MAIL_SECONDS = 0.3
    mail = written()
    assert send_due(now=START) == 0
    mail.refresh_from_db()

    assert (mail.state, mail.attempts) == ("queued", 1)


def test_a_mail_is_given_up_after_two_days_of_attempts(post, written, settings):
    settings.EMAIL_PORT = post.down
    mail = written()
    now = START
    for _ in range(MOST_ATTEMPTS):
        send_due(now=now)
        mail.refresh_from_db()
        now = mail.next_attempt_at

    assert (mail.state, mail.attempts) == ("failed", MOST_ATTEMPTS)
    assert timedelta(days=1.4) < now - START < timedelta(days=2.6)
    assert send_due(now=now + timedelta(days=9)) == 0


def test_half_an_hour_without_a_server_loses_and_repeats_no_mail(post, written, settings):
    mails = written(100)
    now = START
    settings.EMAIL_PORT = post.down
    while now < START + timedelta(minutes=30):
        send_due(now=now)
        now += timedelta(seconds=45)
    assert post.received == []
    settings.EMAIL_PORT = post.port
    while now < START + timedelta(minutes=90):
        send_due(now=now)
        now += timedelta(minutes=2)

    assert Counter(OutgoingMail.objects.values_list("state", flat=True)) == {"sent": 100}
    assert sorted(post.ids) == sorted(mail.message_id for mail in mails)
    for mail in mails:
        _assert_back_off(mail)


def _assert_back_off(mail):
    moments = [event.happened_at for event in mail.events.all()]
    for attempt, (earlier, later) in enumerate(pairwise(moments), start=1):
        least = min(timedelta(seconds=30) * 2 ** (attempt - 1), timedelta(hours=1)) * 0.75
        assert later - earlier >= least


def test_a_run_ends_early_when_the_server_is_down(post, written, settings):
    settings.EMAIL_PORT = post.down
    written(10)
    send_due(now=START)

    assert OutgoingMail.objects.filter(attempts=1).count() == sending.FAILURES_PER_DRAIN


def test_a_leased_mail_is_free_again_when_its_lease_ends(written):
    mail = written()

    assert lease_next(START) == mail
    assert lease_next(START + timedelta(seconds=119)) is None
    assert lease_next(START + timedelta(seconds=120)).attempts == 2


def test_a_late_failure_does_not_undo_what_another_worker_did(post, written, settings):
    written()
    late = lease_next(START)
    send_due(now=START + timedelta(minutes=3))
    settings.EMAIL_PORT = post.down

    assert (
        sending.send(
            late, get_connection(settings.MAIL_TRANSPORT), now=START + timedelta(minutes=4)
        )
        is False
    )
    late.refresh_from_db()
    assert late.state == "sent"


def test_a_mail_that_kills_every_worker_is_given_up(written):
    mail = written()
    OutgoingMail.objects.update(attempts=MOST_ATTEMPTS)
    send_due(now=START)
    mail.refresh_from_db()

    assert mail.state == "failed"


def test_a_message_that_cannot_be_built_is_given_up(post, written):
    mail = written()
    OutgoingMail.objects.update(subject="a\nb")
    send_due(now=START)
    mail.refresh_from_db()

    assert mail.state == "failed"
    assert mail.last_error.startswith("cannot be sent")


def test_the_delay_grows_to_an_hour():
    seconds = [delay_after(attempt).total_seconds() for attempt in (1, 2, 3, 8, 50)]

    for got, wanted in zip(seconds, [30, 60, 120, 3600, 3600], strict=True):
        assert wanted * 0.75 <= got <= wanted * 1.25


def test_a_queued_mail_is_due_at_once(write, post):
    write()

    assert send_due(now=django_timezone.now() + timedelta(days=1)) == 1
