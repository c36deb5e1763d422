import datetime
import re

import pytest
from django.conf import settings
from django.utils import formats, timezone, translation
from icalendar import Calendar
from wagtail.models import Page

from courses import mails
from courses.domain import payments, transitions
from courses.mails import kinds, samples, values
from courses.models import BuyerDetails, SignUp, SignUpPage
from courses.reading import links
from courses.values.days import days_in_words
from home.models import ContentPage
from mail.kinds import get
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.anywhere

LANGUAGES = ["nl", "en"]
TO_THE_PERSON = [kind for kind in kinds.KINDS if not kind.startswith("office_")]
TO_THE_OFFICE = [kind for kind in kinds.KINDS if kind.startswith("office_")]
GREETINGS = {"nl": ("Beste Noor,", "Goedendag,"), "en": ("Dear Noor,", "Hello,")}
ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>]+")


def extra(kind):
    """The placeholders that the caller of `mails.send` gives for this kind."""
    return {name: samples.DUTCH[name] for name in kinds.KINDS[kind][1:]}


@pytest.fixture
def taken(event):
    return factories.sign_up(event, factories.application())


@pytest.mark.parametrize("key", TO_THE_PERSON)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mail_is_complete_in_each_language(taken, event, key, language):
    taken.language = language
    OutgoingMail.objects.all().delete()
    mails.send(key, taken, event, **extra(key))

    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.language, mail.state) == (key, language, "queued")
    assert (mail.to_name, mail.to) == ("Noor van der Meer", "noor@example.nl")
    assert mail.about == taken
    assert mail.body_text.startswith(GREETINGS[language])
    assert event.code in mail.subject + mail.body_text
    assert_is_finished(mail)


@pytest.mark.parametrize("key", TO_THE_OFFICE)
def test_each_mail_to_the_office_is_complete(taken, event, key):
    OutgoingMail.objects.all().delete()
    mails.notify_office(taken, event, key, **extra(key))

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.language) == ("office@example.nl", "nl")
    assert mail.subject.endswith("Noor van der Meer")
    assert_is_finished(mail)


def assert_is_finished(mail):
    """No placeholder and no gap is left, and every URL is absolute and one of ours."""
    assert "{" not in mail.subject + mail.body_text
    assert "\n\n\n" not in mail.body_text
    assert mail.body_html.startswith("<!")
    assert f'lang="{mail.language}"' in mail.body_html
    ours = (settings.SITE_URL, "https://example.org/")
    assert [a for a in ADDRESS.findall(mail.body_html) if not a.startswith(ours)] == []
    assert "<img" not in mail.body_html


@pytest.mark.parametrize("key", sorted(kinds.NOT_FOR_THE_PERSON))
def test_mails_to_others_do_not_contain_the_link_of_the_person(taken, event, key):
    OutgoingMail.objects.all().delete()
    mails.send(key, taken, event, to=("Finance", "finance@example.nl"), **extra(key))
    mail = OutgoingMail.objects.get()
    assert links.token(taken) not in mail.body_text + mail.body_html
    assert "status_url" not in get(key).placeholders


@pytest.mark.parametrize("key", [kind for kind in TO_THE_PERSON if extra(kind)])
def test_an_empty_placeholder_leaves_no_gap(taken, event, key):
    OutgoingMail.objects.all().delete()
    mails.send(key, taken, event, **dict.fromkeys(extra(key), ""))
    assert_is_finished(OutgoingMail.objects.get())


@pytest.mark.parametrize("key", sorted(kinds.WITH_CALENDAR))
def test_the_days_are_attached_as_a_calendar_file(taken, event, key):
    OutgoingMail.objects.all().delete()
    mails.send(key, taken, event, **extra(key))
    file = OutgoingMail.objects.get().attachments.get()
    assert (file.filename, file.mimetype) == (f"{event.code}.ics", "text/calendar; method=PUBLISH")
    summaries = [entry["summary"] for entry in Calendar.from_ical(bytes(file.content)).events]
    assert summaries == [f"{event.title}: {part.label}" for part in event.parts]


def test_the_calendar_file_is_in_the_language_of_the_mail(taken, event):
    english = event.page.copy_for_translation(factories.locale("en"), copy_parents=True)
    english.title = "Three-day course"
    factories.publish(english)
    taken.language = "en"
    OutgoingMail.objects.all().delete()
    mails.send("confirmed", taken, event, paid="", going_ahead="")
    file = OutgoingMail.objects.get().attachments.get()
    assert b"SUMMARY:Three-day course" in bytes(file.content)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Uw betaling van €\N{NO-BREAK SPACE}1.195,- is binnen."),
        ("finance@example.nl", "De betaling van €\N{NO-BREAK SPACE}1.195,- is binnen."),
    ],
)
def test_a_confirmation_says_that_the_payment_is_in(taken, email, sentence):
    BuyerDetails.objects.create(sign_up=taken, organisation="Praktijk", email=email)
    payments.record(taken, by=factories.user())
    assert sentence in OutgoingMail.objects.get(kind="confirmed").body_text


def test_the_confirmation_of_a_free_place_does_not_mention_money(institute):
    free = factories.event(price_cents=0)
    factories.sign_up(free)
    text = OutgoingMail.objects.get(kind="confirmed").body_text
    assert "betaling" not in text


def test_the_first_mail_has_days_places_price_term_and_link(event):
    taken = factories.sign_up(event, factories.application())
    text = OutgoingMail.objects.get(kind="received").body_text
    for part in event.parts:
        assert f"{part.label}: {part.days_in_words}, Dalfsen" in text
    assert "€\N{NO-BREAK SPACE}1.195,-" in text or "€ 1.195,-" in text
    with translation.override("nl"):
        assert values._held_until(taken, event) in text
    assert links.status_url(taken) in text


def test_a_place_that_is_not_known_yet_is_announced(institute):
    event = factories.event(parts=[factories.part(30, place="")])
    factories.sign_up(event)
    text = OutgoingMail.objects.get(kind="received").body_text
    assert f"Lesdagen: {event.days_in_words}, plaats volgt nog" in text


def test_a_price_that_is_not_known_is_left_to_the_office(event):
    factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    text = OutgoingMail.objects.get(kind="office_sign_up").body_text
    assert "volgt van het bureau" in text


@pytest.fixture
def terms(event):
    """The form of the date, with terms that were published on a winter's evening."""
    page = factories.publish(
        event.course.get_parent()
        .get_parent()
        .add_child(instance=ContentPage(title="Voorwaarden", slug="voorwaarden"))
    )
    Page.objects.filter(pk=page.pk).update(
        last_published_at=datetime.datetime(2026, 11, 28, 23, 30, tzinfo=datetime.UTC)
    )
    form = factories.form_page(event.course)
    form.terms_page = page
    form.save()
    return SignUpPage.objects.get(pk=form.pk)


@pytest.mark.parametrize(
    ("kind", "admission"), [("received", "hbo"), ("waiting_for_office", "exception")]
)
def test_the_first_mail_names_the_terms_and_the_right_to_withdraw(event, terms, kind, admission):
    sign_up = factories.sign_up(
        factories.again(event),
        factories.application(admission=admission),
        terms_version=terms.terms_version,
    )
    last = timezone.localdate(sign_up.created_at) + datetime.timedelta(days=14)
    mail = OutgoingMail.objects.get(kind=kind)

    assert (
        "U bent akkoord gegaan met onze voorwaarden (Voorwaarden 2026-11-29 00:30):\n"
        "Lees de voorwaarden\nhttp://testserver/voorwaarden/\n\n"
        f"Tot en met {formats.date_format(last, 'j F Y')} kunt u zonder reden herroepen,"
        " op uw eigen pagina."
    ) in mail.body_text
    assert 'href="http://testserver/voorwaarden/"' in mail.body_html


def test_the_mail_of_a_final_place_names_them_as_long_as_it_is_time(event, terms):
    def mailed(**facts):
        sign_up = factories.sign_up(
            factories.again(event),
            factories.application(**facts),
            terms_version=terms.terms_version,
        )
        if not facts.get("for_work"):
            SignUp.objects.filter(pk=sign_up.pk).update(
                created_at=timezone.now() - datetime.timedelta(days=15)
            )
        transitions.confirm(SignUp.objects.get(pk=sign_up.pk), timezone.now())
        return OutgoingMail.objects.filter(kind="confirmed").latest("pk").body_text

    for text in (mailed(), mailed(for_work=True, email="an@example.nl", first_name="An")):
        assert "http://testserver/voorwaarden/" in text
        assert "herroepen" not in text


def test_a_reply_of_the_office_goes_to_the_person_and_the_other_way_round(event):
    factories.settings(email="info@example.nl")
    factories.sign_up(event, factories.application())
    person, office = OutgoingMail.objects.order_by("pk")
    assert (person.reply_to, office.reply_to) == ("info@example.nl", "noor@example.nl")


def test_a_mail_can_be_sent_when_the_page_of_the_date_was_deleted(event):
    taken = factories.sign_up(event)
    mails.send("cancelled", taken, None, money_back="", explanation="")
    assert OutgoingMail.objects.get(kind="cancelled").subject.endswith(event.title)


def test_every_kind_has_both_languages_and_a_sample_for_each_placeholder():
    for key in kinds.KINDS:
        kind = get(key)
        assert set(kind.subject) == set(kind.body) == {"nl", "en"}
        assert set(kind.samples) == set(kind.placeholders)


def test_a_preview_shows_the_facts_of_the_next_date(event):
    values, label = get("pay_reminder").example("en")
    assert label == values["code"] == event.code
    assert values["full_name"] == samples.DUTCH["full_name"]
    assert values["price"] == "€1,195"
    assert values["days"].splitlines() == [
        f"{part.label}: {days_in_words([(part.first_day, part.last_day)], 'en')}, Dalfsen"
        for part in event.parts
    ]
    assert values["status_url"] == "https://example.org/en/sign-up/example/"


def test_without_a_next_date_a_preview_shows_samples(institute):
    values, label = get("confirmed").example("nl")
    assert (values, label) == (samples.DUTCH, "")


def test_samples_are_in_the_language_of_the_mail(institute):
    values, _label = get("confirmed").example("en")
    assert values == samples.example_values("en")
    assert values["paid"].startswith("Your payment of €1,195 is in.")


@pytest.mark.parametrize(
    ("language", "in_a_sentence", "kind", "words"),
    [
        ("nl", "", "course", "de cursus “Driedaagse cursus” in Dalfsen"),
        ("nl", "de driedaagse", "course", "de driedaagse in Dalfsen"),
        ("nl", "de driedaagse", "alumni", "de terugkomdag van de driedaagse in Dalfsen"),
        ("en", "the three-day course", "course", "the three-day course in Dalfsen"),
    ],
)
def test_the_course_fits_in_a_sentence(event, language, in_a_sentence, kind, words):
    event.course.in_a_sentence = in_a_sentence
    with translation.override(language):
        assert values.course_in_a_sentence(event, kind) == words


def test_the_facts_are_those_of_this_person(event):
    taken = factories.sign_up(event, factories.application())
    with translation.override("nl"):
        lines = values.values_of(["facts"], taken, event, {})["facts"].splitlines()
        days = [f"{part.name}: {part.days_in_words}, Dalfsen" for part in event.parts]

    assert lines == [
        f"Cursus: {event.title}",
        *days,
        "Prijs: €\N{NO-BREAK SPACE}1.195,-, inclusief 21% btw",
        f"Code: {event.code}",
    ]


def test_without_its_page_a_date_still_has_a_name_in_a_mail(event):
    taken = factories.sign_up(event, factories.application())
    with translation.override("nl"):
        found = values.values_of(["the_course", "starts"], taken, None, {})

    assert found == {"the_course": f"de cursus “{event.title}”", "starts": event.title}
