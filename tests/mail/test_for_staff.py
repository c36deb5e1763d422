"""What Django, Wagtail and allauth mail: nobody waits for it, and no colleague reads it."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives, send_mail
from django.utils import timezone
from wagtail.admin.mail import send_mail as send_wagtail_mail

from mail.models import MailAttachment, OutgoingMail
from mail.sending import send_due

pytestmark = pytest.mark.django_db
PASSWORD = "een-lang-wachtwoord"
LINK = re.compile(r"/account/password/reset/key/\S+")


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.EMAIL_BACKEND = "mail.backends.OutboxBackend"


@pytest.fixture
def staff(site_tree):
    make = get_user_model().objects.create_superuser
    make("collega", "collega@example.nl", PASSWORD)
    return make("beheer", "beheer@example.nl", PASSWORD)


def ask_for_reset(client, address="beheer@example.nl"):
    answer = client.post("/account/password/reset/", {"email": address})
    assert answer["Location"] == "/account/password/reset/done/"
    return OutgoingMail.objects.get(to=address)


def test_a_reset_waits_for_no_mail_server(client, staff, post, settings):
    settings.EMAIL_PORT = post.down
    mail = ask_for_reset(client)

    assert (mail.state, mail.attempts) == ("queued", 0)
    assert LINK.search(mail.body_text)
    answer = client.post("/account/password/reset/", {"email": "niemand@example.nl"})
    assert answer["Location"] == "/account/password/reset/done/"
    assert OutgoingMail.objects.get() == mail  # nobody else is mailed


def test_the_worker_sends_the_link_and_then_removes_it(client, staff, post):
    mail = ask_for_reset(client)
    assert send_due() == 1
    mail.refresh_from_db()

    assert LINK.search(post.messages[0].get_content())
    assert (mail.state, mail.body_text, mail.body_html) == ("sent", "", "")
    assert mail.forgotten_at


def test_the_link_is_removed_too_when_the_mail_is_given_up(client, staff, post):
    post.mode = "no such person"
    mail = ask_for_reset(client)
    send_due()
    mail.refresh_from_db()

    assert (mail.state, mail.body_text) == ("failed", "")


def test_no_colleague_reads_the_link_or_has_it_sent_to_himself(client, staff):
    mail = ask_for_reset(client)
    link = LINK.search(mail.body_text)[0]
    client.force_login(get_user_model().objects.get(username="collega"))
    again = f"/admin/outbox/send-again/{mail.pk}/"
    shown = client.get(f"/admin/outbox/inspect/{mail.pk}/")

    assert shown.status_code == 200
    assert link not in shown.text
    assert again not in shown.text
    assert client.get(again).status_code == 404
    assert client.post(again, {"to": "collega@example.nl"}).status_code == 404
    assert link not in client.get("/admin/outbox/").text
    assert OutgoingMail.objects.count() == 1


def test_what_wagtail_mails_goes_the_same_way(site_tree, post):
    send_wagtail_mail("Let op", "Kijk even", ["a@example.nl", "b@example.nl"])
    assert list(OutgoingMail.objects.order_by("to").values_list("to", "state")) == [
        ("a@example.nl", "queued"),
        ("b@example.nl", "queued"),
    ]
    assert send_due() == 2
    assert sorted(map(str, (m["To"] for m in post.messages))) == ["a@example.nl", "b@example.nl"]


def test_names_html_and_files_are_kept(site_tree, post):
    message = EmailMultiAlternatives("Hoi", "Tekst", to=["Bea <bea@example.nl>"])
    message.attach_alternative("<p>Tekst</p>", "text/html")
    message.attach("a.txt", b"abc", "text/plain")
    message.send()
    send_due()

    assert str(post.messages[0]["To"]) == "Bea <bea@example.nl>"
    assert [part.get_content_type() for part in post.messages[0].walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/plain",
    ]
    assert MailAttachment.objects.count() == 0


def test_a_mail_without_html_is_plain(site_tree, post):
    send_mail("Hoi", "Tekst", None, ["bea@example.nl"])
    send_due(now=timezone.now())
    assert post.messages[0].get_content_type() == "text/plain"
