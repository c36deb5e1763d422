"""The contact form: what reaches the office, and what a visitor sees."""

import pytest

from core.models import SiteSettings
from home import views
from home.models import ContactPage
from mail.models import OutgoingMail
from tests import visitors

pytestmark = pytest.mark.anywhere


def url():
    return ContactPage.objects.get(locale__language_code="nl").url


def message(**changes):
    return {
        "name": "Lotte van der Meer",
        "email": "lotte@example.nl",
        "message": "Goedemorgen,\r\nIk heb een vraag over <b>Dalfsen</b>.",
        "leave_empty": "",
        "shown_at": visitors.form_stamp(),
        **changes,
    }


def test_a_message_reaches_the_office_which_can_reply(loaded_site, client):
    settings = SiteSettings.current()
    settings.office_email = "kantoor@example.nl"
    settings.save()

    sent = client.post(url(), message())
    shown = client.get(sent["Location"])

    mail = OutgoingMail.objects.get()
    assert sent.status_code == 302
    assert (mail.to, mail.reply_to) == ("kantoor@example.nl", "lotte@example.nl")
    assert "Ik heb een vraag over <b>Dalfsen</b>." in mail.body_text
    assert "&lt;b&gt;Dalfsen&lt;/b&gt;" in mail.body_html
    assert visitors.soup(shown).select("main form[method=post]") == []


def test_reloading_the_thanks_sends_nothing(loaded_site, client):
    sent = client.post(url(), message())

    client.get(sent["Location"])
    client.get(sent["Location"])

    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"name": ""}, "id_name_error"),
        ({"email": ""}, "id_email_error"),
        ({"email": "lotte@"}, "id_email_error"),
        ({"message": "  "}, "id_message_error"),
        ({"name": "x" * 201}, "id_name_error"),
        ({"message": "x" * 5001}, "id_message_error"),
        ({"name": "a\x00b"}, "id_name_error"),
    ],
)
def test_an_error_is_shown_and_what_was_typed_is_kept(loaded_site, client, changes, shown):
    refused = client.post(url(), message(**changes))

    fields = visitors.fields_of(visitors.last_form(refused))
    assert refused.status_code == 422
    assert list(visitors.inline_errors(refused)) == [shown]
    assert len(visitors.summary_links(refused)) == 1
    assert visitors.soup(refused).title.get_text(strip=True).startswith("Fout: ")
    kept = {name: [text] for name, text in message().items() if name in ("name", "email")}
    assert {name: fields[name] for name in kept if name not in changes} == {
        name: text for name, text in kept.items() if name not in changes
    }
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("changes", [{"leave_empty": "x"}, {"shown_at": visitors.form_stamp(0)}])
def test_a_bot_is_stopped_and_a_person_can_send_again(loaded_site, client, changes):
    changes = changes if "leave_empty" in changes else {"shown_at": visitors.form_stamp(0)}
    caught = client.post(url(), message(**changes))

    fields = visitors.fields_of(visitors.last_form(caught))
    assert caught.status_code == 422
    assert fields["name"] == ["Lotte van der Meer"]
    assert OutgoingMail.objects.count() == 0


def test_too_many_messages_keep_what_was_typed(loaded_site, client, monkeypatch):
    monkeypatch.setattr(views, "MESSAGES_PER_ADDRESS", "0/10m/ip")

    refused = client.post(url(), message())

    assert refused.status_code == 429
    assert "Ik heb een vraag" in refused.content.decode()
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Lotte\r\nBcc: all@example.nl"},
        {"email": "lotte@example.nl\r\nBcc: all@example.nl"},
        {"email": "lotte@example.nl,all@example.nl"},
        {"name": "{message}", "message": "{name} {{ 7 }} {% now %}"},
    ],
)
def test_a_message_cannot_add_headers_or_fill_placeholders(loaded_site, client, changes):
    response = client.post(url(), message(**changes))

    assert response.status_code < 500
    for mail in OutgoingMail.objects.all():
        assert "\n" not in mail.subject + mail.reply_to + mail.to
        if changes["name"] == "{message}":
            assert "{name} {{ 7 }} {% now %}" in mail.body_text
