"""Texts that are due to be read again."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from core import ageing, to_do
from faq.models import FaqQuestion, FaqTopic
from home.models import ContentPage
from tests.courses.office.conftest import make_client  # noqa: F401
from tests.factories import day

pytestmark = pytest.mark.anywhere


@pytest.fixture
def page(site_tree):
    page = ContentPage(title="Prijzen", slug="prijzen", check_again_on=day(-3))
    site_tree.add_child(instance=page)
    page.save_revision().publish()
    return ContentPage.objects.get(pk=page.pk)


@pytest.fixture
def question(site_tree):
    topic = FaqTopic.objects.create(name="T", slug="t", locale=site_tree.locale)
    return FaqQuestion.objects.create(
        topic=topic, question="Vraag?", answer="x", check_again_on=day(-9), locale=site_tree.locale
    )


@pytest.fixture
def editor(make_client):  # noqa: F811
    return make_client("Teksten")


def test_texts_are_due_from_their_day_on_oldest_first(page, question, editor):
    assert ageing.due(editor.user) == [question, page]
    assert ageing.due(editor.user, today=day(-4)) == [question]
    assert ageing.number_due(editor.user) == 2


def test_drafts_and_translations_are_not_due(page, editor, site_tree):
    english = Locale.objects.get_or_create(language_code="en")[0]
    site_tree.copy_for_translation(english)
    page.copy_for_translation(english, alias=True)
    assert ageing.number_due(editor.user) == 1
    page.unpublish()
    assert ageing.number_due(editor.user) == 0


def test_staff_see_only_texts_that_they_may_change(page, question, make_client):  # noqa: F811
    assert ageing.number_due(make_client("Geld").user) == 0
    assert ageing.number_due(make_client("superuser").user) == 2


def test_one_click_makes_a_text_due_in_a_year(page, editor):
    draft = page.get_latest_revision_as_object()
    draft.introduction = "Nog niet gepubliceerd"
    draft.save_revision()

    editor.post(reverse("check_again:checked", args=["home.contentpage", page.pk]))

    page = ContentPage.objects.get(pk=page.pk)
    waiting = page.get_latest_revision_as_object()
    in_a_year = day(365)
    assert (page.check_again_on, page.introduction) == (in_a_year, "")
    assert (waiting.check_again_on, waiting.introduction) == (in_a_year, "Nog niet gepubliceerd")
    assert ageing.due(editor.user) == []
    history = editor.get(reverse("wagtailadmin_pages:history", args=[page.pk])).text
    assert "klopt nog" in history


def test_the_report_and_the_start_page_name_texts_that_are_due(page, question, editor):
    text = editor.get(reverse("check_again:index")).text
    assert "Vraag?" in text
    assert "Prijzen" in text
    [line] = [item for item in to_do.for_user(editor.user) if item.icon == "time"]
    assert (line.number, line.url) == (2, reverse("check_again:index"))


def test_an_empty_report_says_so(site_tree, editor):
    assert "Er is nu geen tekst" in editor.get(reverse("check_again:index")).text


@pytest.mark.parametrize(
    ("label", "status"),
    [("home.contentpage", 302), ("core.user", 404), ("no.model", 404), ("nothing", 404)],
)
def test_staff_without_the_right_cannot_mark_a_text(page, make_client, label, status):  # noqa: F811
    client = make_client("Geld")
    response = client.post(reverse("check_again:checked", args=[label, page.pk]))
    assert (response.status_code, response.get("Location", "/admin/")) == (status, "/admin/")
    assert ContentPage.objects.get(pk=page.pk).check_again_on == day(-3)


def test_the_editor_has_a_field_for_the_day(page, question, editor):
    for address in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailsnippets_faq_faqquestion:edit", args=[question.pk]),
    ):
        assert 'name="check_again_on"' in editor.get(address).text
