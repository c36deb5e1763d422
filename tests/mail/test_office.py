import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import ModelLogEntry

from core.models import User
from mail.models import MailText, OutgoingMail

pytestmark = pytest.mark.django_db

READ = ("view_outgoingmail",)
OFFICE = ("view_outgoingmail", "change_outgoingmail", "change_mailtext")


@pytest.fixture
def staff(client, site_tree):
    """Log somebody in with just these permissions on mail."""

    def staff(*names):
        user = User.objects.create(username="staff", email="staff@example.org")
        user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *names]))
        client.force_login(user)
        return client

    return staff


@pytest.fixture
def edit_url(kind):
    return reverse("mail_texts:edit", args=[kind.key, "nl"])


def words(response):
    return response.content.decode()


def rich(text):
    """What the editor sends for one paragraph."""
    block = {"key": "a", "text": text, "type": "unstyled"}
    return json.dumps({"blocks": [block], "entityMap": {}})


def test_the_outbox_lists_searches_and_filters(staff, write):
    write(to="noor@example.org")
    write(to="jan@example.org")
    OutgoingMail.objects.filter(to="jan@example.org").update(state="failed")
    client = staff(*READ)

    for query, seen in (("", {"noor", "jan"}), ("?q=jan", {"jan"}), ("?state=queued", {"noor"})):
        page = words(client.get(reverse("outbox:index") + query))
        assert {name for name in ("noor", "jan") if f"{name}@example.org" in page} == seen


def test_the_subject_leads_to_the_mail(staff, write):
    mail = write()
    page = words(staff(*READ).get(reverse("outbox:index")))

    assert f'href="{reverse("outbox:inspect", args=[mail.pk])}"' in page


def test_a_mail_shows_its_text_and_trail(staff, write):
    mail = write(values={"remarks": "<script>alert(1)</script>"})
    mail.events.create(event="postponed", detail="TimeoutError")
    page = words(staff(*READ).get(reverse("outbox:inspect", args=[mail.pk])))

    assert "TimeoutError" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "Opnieuw versturen" not in page


def test_sending_again_asks_first_and_takes_another_address(staff, write):
    mail = write(to="nor@example.org")
    client = staff(*OFFICE)
    url = reverse("outbox:send_again", args=[mail.pk])

    assert "nor@example.org" in words(client.get(url))
    assert OutgoingMail.objects.count() == 1
    client.post(url, {"to": "noor@example.org"})
    assert list(mail.copies.values_list("to", "state")) == [("noor@example.org", "queued")]


def test_a_forgotten_mail_cannot_be_sent_again(staff, write):
    mail = write()
    OutgoingMail.objects.update(forgotten_at=mail.created_at)
    client = staff(*OFFICE)

    assert client.get(reverse("outbox:inspect", args=[mail.pk])).status_code == 200
    assert client.get(reverse("outbox:send_again", args=[mail.pk])).status_code == 404


def test_reading_is_not_sending(staff, write):
    client = staff(*READ)
    url = reverse("outbox:send_again", args=[write().pk])

    assert client.post(url, {"to": "noor@example.org"}).status_code == 302
    assert OutgoingMail.objects.count() == 1


def test_text_editors_do_not_see_the_outbox(staff, write):
    mail = write()
    client = staff("change_mailtext")

    for url in (reverse("outbox:index"), reverse("outbox:inspect", args=[mail.pk])):
        assert client.get(url).status_code == 302
    assert "outbox" not in words(client.get(reverse("mail_texts:index")))


def test_who_may_not_reword_sees_no_texts(staff, edit_url):
    client = staff(*READ)

    for url in (reverse("mail_texts:index"), edit_url):
        assert client.get(url).status_code == 302


def test_every_kind_is_listed_in_every_language(staff, kind):
    page = words(staff("change_mailtext").get(reverse("mail_texts:index")))

    for language in ("nl", "en"):
        assert reverse("mail_texts:edit", args=[kind.key, language]) in page


def test_the_form_shows_the_default_and_the_placeholders(staff, edit_url):
    page = words(staff("change_mailtext").get(edit_url))

    assert "Welkom {first_name}" in page
    assert "<code>{status_url}</code>" in page


def test_a_text_is_saved_with_a_line_in_the_log(staff, edit_url, kind, write):
    client = staff("change_mailtext")
    client.post(edit_url, {"subject": "Dag {first_name}", "body": rich("Tot ziens {first_name}")})
    text = MailText.objects.get(kind=kind.key, language="nl")

    assert text.subject == "Dag {first_name}"
    mail = write()
    assert (mail.subject, mail.body_text.split("\n")[0]) == ("Dag Noor", "Tot ziens Noor")
    client.post(edit_url, {"subject": "Hoi {first_name}", "body": rich("Tot ziens")})
    text.refresh_from_db()
    assert text.subject == "Hoi {first_name}"
    actions = text_actions(text)
    assert actions == ["wagtail.create", "wagtail.edit"]


def text_actions(text):
    entries = ModelLogEntry.objects.for_instance(text).order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_an_unknown_placeholder_is_refused_with_a_list(staff, edit_url):
    response = staff("change_mailtext").post(
        edit_url, {"subject": "Dag {voornaam}", "body": rich("Tot ziens {achternaam}")}
    )

    page = words(response)
    assert MailText.objects.count() == 0
    assert "{voornaam} wordt in deze mail niet ingevuld" in page
    assert "{achternaam} wordt in deze mail niet ingevuld" in page
    assert "{first_name}, {status_url}, {remarks}" in page


def test_the_preview_shows_what_stands_in_the_form(staff, kind):
    url = reverse("mail_texts:preview", args=[kind.key, "nl"])
    client = staff("change_mailtext")

    assert "Beste (first name)" in words(client.get(url))
    page = words(client.post(url, {"subject": "Dag", "body": rich("Hallo {first_name}")}))
    assert "Hallo (first name)" in page
    assert MailText.objects.count() == 0


def test_a_text_goes_back_to_its_default(staff, kind):
    MailText.objects.create(kind=kind.key, language="nl", subject="Dag", body="<p>x</p>")
    client = staff("change_mailtext")
    url = reverse("mail_texts:reset", args=[kind.key, "nl"])

    assert client.get(url).status_code == 200
    assert MailText.objects.count() == 1
    client.post(url)
    assert MailText.objects.count() == 0


def test_a_kind_that_is_not_there_is_not_found(staff):
    client = staff("change_mailtext")

    assert client.get(reverse("mail_texts:edit", args=["nothing", "nl"])).status_code == 404


def test_the_start_page_tells_of_mail_that_was_given_up(staff, write):
    write(to="nobody")
    client = staff(*READ)

    assert "1 mail kon niet worden verstuurd" in words(client.get(reverse("wagtailadmin_home")))
