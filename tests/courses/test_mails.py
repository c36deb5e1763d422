import pytest
from django.utils import translation

from courses import mails
from mail import kinds
from mail.models import OutgoingMail
from tests import factories

KINDS = [
    "received",
    "waiting_for_office",
    "admission_granted",
    "admission_refused",
    "confirmed",
    "hold_lapsed",
    "cancelled",
    "link_again",
]


@pytest.mark.parametrize("key", KINDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_mail_is_complete_in_each_language(event, key, language):
    taken = factories.sign_up(event, factories.application(), language=language)
    OutgoingMail.objects.all().delete()
    mails.send(key, taken, event)

    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.language, mail.state) == (key, language, "queued")
    assert (mail.to_name, mail.to) == ("Noor van der Meer", "noor@example.nl")
    assert mail.about == taken
    assert mail.body_text.startswith({"nl": "Beste Noor,", "en": "Dear Noor,"}[language])
    assert event.code in mail.body_text
    assert "{" not in mail.subject + mail.body_text
    assert mail.body_html.startswith("<!")
    assert f'lang="{language}"' in mail.body_html


def test_the_person_reads_days_places_price_term_and_link(event):
    taken = factories.sign_up(event, factories.application())
    text = OutgoingMail.objects.get(kind="received").body_text
    for part in event.parts:
        assert f"{part.label}: {part.days_in_words}, Dalfsen" in text
    assert "€\N{NO-BREAK SPACE}1.195,-" in text or "€ 1.195,-" in text
    with translation.override("nl"):
        assert mails._held_until(taken, event) in text
    assert mails.links.status_url(taken) in text


def test_a_place_that_has_to_follow_is_said_to_follow(institute):
    event = factories.event(parts=[factories.part(30, place="")])
    factories.sign_up(event)
    text = OutgoingMail.objects.get(kind="received").body_text
    with translation.override("nl"):
        assert f"Lesdagen: {event.days_in_words}, {mails._('place to be announced')}" in text


def test_a_price_that_is_not_known_is_told_by_the_office(event):
    factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    text = OutgoingMail.objects.get(kind="office_sign_up").body_text
    with translation.override("nl"):
        assert str(mails._("to be told by the office")) in text


def test_the_office_can_answer_the_person(event):
    factories.settings(email="info@example.nl")
    factories.sign_up(event, factories.application())
    person, office = OutgoingMail.objects.order_by("pk")
    assert (person.reply_to, office.reply_to) == ("info@example.nl", "noor@example.nl")


def test_a_mail_can_be_written_when_the_date_is_gone(event):
    taken = factories.sign_up(event)
    mails.send("cancelled", taken, None)
    assert OutgoingMail.objects.get(kind="cancelled").subject.endswith(event.title)


def test_every_kind_has_both_languages_and_a_sample_for_each_placeholder():
    for key in [*KINDS, "office_sign_up"]:
        kind = kinds.get(key)
        assert set(kind.subject) == set(kind.body) == {"nl", "en"}
        assert set(kind.samples) == set(kind.placeholders)
