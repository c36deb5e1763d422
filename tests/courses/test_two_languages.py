"""Two languages share one roster: nothing done to a translation in the CMS changes a sign-up."""

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from courses.domain import invariants
from courses.models import (
    Answer,
    CourseEventPage,
    CoursePage,
    Roster,
    SeatClaim,
    SignUp,
    SignUpPage,
)
from courses.reading import events
from tests import factories, visitors

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


@pytest.fixture
def nl(english_site):
    return Locale.get_default()


@pytest.fixture
def en(english_site):
    return english_site.locale


@pytest.fixture
def run_on_commit(django_capture_on_commit_callbacks):
    """wagtail-localize publishes only after the transaction, which a test never reaches."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def signed_up(nl, en, client):
    """A date with two participants, one through each form."""
    for locale, name, lunch in ((nl, "Noor", "Vegetarisch"), (en, "Nora", "Vegan")):
        url = events.coming(locale=locale)[0].sign_up_url
        answer = visitors.sign_up(
            client, url, first_name=name, email=f"{name}@example.nl", q_lunch=lunch
        )
        assert answer.status_code == 302
    return events.coming(locale=nl)[0]


def in_language(shown, locale):
    return next(event for event in events.coming(locale=locale) if event.code == shown.code)


def rows_to_keep():
    """The values of every row that must survive changes to a page."""
    return [
        list(model.objects.order_by("pk").values(*fields))
        for model, fields in (
            (Roster, ("pk", "translation_key", "code", "capacity", "state")),
            (SeatClaim, ()),
            (SignUp, ()),
            (Answer, ()),
        )
    ]


def english_of(page, en):
    return type(page).objects.get(translation_key=page.translation_key, locale=en)


def form(locale):
    return SignUpPage.objects.get(kind=SignUp.Kind.COURSE, locale=locale)


def synchronise(page, en):
    """Do what the button “synchronise translations” does."""
    translation = Translation.objects.get(source__object_id=page.translation_key, target_locale=en)
    translation.source.update_from_db()
    translation.save_target(publish=True)


def test_both_forms_fill_one_roster(signed_up, nl, en):
    dutch, english = in_language(signed_up, nl), in_language(signed_up, en)

    assert dutch.roster == english.roster
    assert [part.free for part in dutch.parts] == [part.free for part in english.parts] == [22, 22]
    found = SignUp.objects.order_by("pk")
    assert {sign_up.roster for sign_up in found} == {dutch.roster}
    assert [sign_up.language for sign_up in found] == ["nl", "en"]


def test_both_forms_ask_the_same_questions(signed_up):
    lunch = Answer.objects.filter(key="lunch").order_by("pk")

    assert [(answer.question, answer.value) for answer in lunch] == [
        ("Wat wilt u bij de lunch?", "Vegetarisch"),
        ("What would you like for lunch?", "Vegan"),
    ]


def resynchronise(shown, nl, en, admin_client):
    page = shown.facts
    page.title = "Cursus aan zee"
    factories.publish(page)
    synchronise(page, en)


def resynchronise_the_form(shown, nl, en, admin_client):
    """A question is reworded, one is added and one is removed."""
    page = form(nl)
    lunch, *others = page.questions.all()
    lunch.label = "Wat eet u?"
    for question in others:
        question.delete()
    page.questions = [lunch, type(lunch)(label="Hoe reist u?", field_type="singleline")]
    factories.publish(page)
    synchronise(page, en)


def convert_to_alias(shown, nl, en, admin_client):
    page = english_of(shown.facts, en)
    answer = admin_client.post(reverse("wagtail_localize:convert_to_alias", args=[page.pk]))
    assert answer.status_code == 302
    assert english_of(shown.facts, en).alias_of.pk == shown.facts.pk


def delete_the_translation(shown, nl, en, admin_client):
    page = english_of(shown.facts, en)
    admin_client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not CourseEventPage.objects.filter(pk=page.pk).exists()


def translate_again(shown, nl, en, admin_client):
    delete_the_translation(shown, nl, en, admin_client)
    translate_object(shown.facts, [en])
    assert english_of(shown.facts, en).alias_of is None


def delete_the_translated_form(shown, nl, en, admin_client):
    admin_client.post(reverse("wagtailadmin_pages:delete", args=[form(en).pk]))
    translate_object(form(nl), [en])
    assert form(en).questions.count() == 3


def move_and_rename_the_course(shown, nl, en, admin_client):
    for locale in (nl, en):
        course = CoursePage.objects.get(locale=locale)
        course.slug = f"elders-{locale.language_code}"
        factories.publish(course)
    page = english_of(shown.facts, en)
    page.move(page.get_parent(), pos="first-child")


@pytest.mark.parametrize(
    "change",
    [
        resynchronise,
        resynchronise_the_form,
        convert_to_alias,
        delete_the_translation,
        translate_again,
        delete_the_translated_form,
        move_and_rename_the_course,
    ],
)
def test_no_sign_up_is_lost(signed_up, nl, en, admin_client, client, run_on_commit, change):
    before = rows_to_keep()
    violations = list(invariants.violations())

    with run_on_commit():
        change(signed_up, nl, en, admin_client)

    assert rows_to_keep() == before
    assert list(invariants.violations()) == violations
    dutch, english = in_language(signed_up, nl), in_language(signed_up, en)
    assert dutch.roster == english.roster == signed_up.roster
    assert [part.free for part in english.parts] == [22, 22]
    assert client.get(dutch.url).status_code == client.get(english.url).status_code == 200
    assert client.get(english.sign_up_url).status_code == 200


def test_a_moved_question_keeps_its_key_and_translation(nl, en, run_on_commit):
    page = form(nl)
    lunch, found, registration = page.questions.all()
    page.questions = [found, lunch, registration]
    found.sort_order, lunch.sort_order = 0, 1

    with run_on_commit():
        factories.publish(page)
        synchronise(page, en)

    assert list(form(en).questions.values_list("clean_name", "label")) == [
        ("gevonden_via", "How did you find us?"),
        ("lunch", "What would you like for lunch?"),
        ("registratienummer", "Registration number"),
    ]


def test_the_key_of_a_question_cannot_be_translated(nl, en):
    translated = StringTranslation.objects.filter(
        context__object_id=form(nl).translation_key, locale=en
    ).values_list("context__path", flat=True)

    names = {path.rpartition(".")[2] for path in translated if path.startswith("questions.")}
    assert names == {"label", "choices", "help_text"}


def test_a_new_date_is_available_in_english_immediately(nl, en, admin_client, client):
    source = events.coming(locale=nl)[0].facts
    fields = {"new_title": source.title, "new_parent_page": source.get_parent().pk}
    admin_client.post(reverse("wagtailadmin_pages:copy", args=[source.pk]), fields)
    copy = CourseEventPage.objects.filter(locale=nl).latest("pk")
    factories.publish(copy)

    shown = events.by_code(copy.code, locale=en, course=CoursePage.objects.get(locale=en))

    assert shown.page.alias_of.pk == copy.pk
    assert shown.roster == events.of_page(CourseEventPage.objects.get(pk=copy.pk)).roster
    html = visitors.soup(client.get(shown.url))
    assert (copy.title, copy.code == source.code) == (source.title, False)
    assert html.h1.get_text(" ", strip=True).startswith("Three-day running therapy course, Dalfsen")
    assert html.select(".not-translated") == []
    assert {link["hreflang"] for link in html.select("link[hreflang]")} == {"nl", "en", "x-default"}


def test_a_sign_up_records_the_terms_in_its_own_language(signed_up):
    versions = [sign_up.terms_version for sign_up in SignUp.objects.order_by("pk")]

    assert versions[0].startswith("Voorwaarden 20")
    assert versions[1].startswith("Terms and conditions 20")
