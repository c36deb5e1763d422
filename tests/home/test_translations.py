"""The translations that are out of date, and what the start page of the CMS says about them."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation

from courses.models import CourseEventPage
from faq.models import FaqQuestion
from home.models import ContentPage
from home.translations import outdated
from tests import factories

pytestmark = pytest.mark.anywhere


def found():
    return [(item.title, item.language, item.why) for item in outdated()]


def test_a_loaded_site_is_up_to_date(english_site):
    assert found() == []


def test_a_new_question_is_missing_until_it_is_in_english(english_site, admin_client):
    topic = FaqQuestion.objects.filter(locale=Locale.get_default()).first().topic
    new = FaqQuestion.objects.create(
        question="Mag mijn hond mee?", answer="<p>Nee.</p>", topic=topic, locale=topic.locale
    )
    [item] = outdated()
    assert (item.title, item.why) == ("Mag mijn hond mee?", "bestaat nog niet in deze taal")
    assert admin_client.get(item.url).status_code == 200
    new.copy_for_translation(Locale.objects.get(language_code="en")).save()
    assert outdated() == []


def test_a_changed_page_is_outdated_until_it_is_synchronised(english_site, admin_client):
    page = ContentPage.objects.get(slug="toegankelijkheid")
    page.introduction = "Deze site is er voor iedereen."
    page.save_revision().publish()

    assert found() == [("Toegankelijkheid", "Engels", "de tekst is sindsdien veranderd")]

    english = page.get_translation(english_site.locale)
    shown = english.introduction
    [item] = outdated()
    assert item.brings_in
    answer = admin_client.post(item.url)

    edit = reverse("wagtailadmin_pages:edit", args=[english.pk])
    assert answer["Location"] == edit
    assert "Deze site is er voor iedereen." in admin_client.get(edit).text
    assert ContentPage.objects.get(pk=english.pk).introduction == shown  # until it is published
    assert found() == [("Toegankelijkheid", "Engels", "1 zin is niet vertaald")]
    assert admin_client.get(outdated()[0].url).status_code == 200


def test_nothing_is_brought_in_without_a_post_or_the_right_to_translate(english_site, client):
    page = ContentPage.objects.get(slug="toegankelijkheid")
    page.introduction = "Deze site is er voor iedereen."
    page.save_revision().publish()
    before = found()
    user = factories.user("bureau")
    user.groups.add(Group.objects.get(name="Bureau"))
    client.force_login(user)

    assert client.get(outdated()[0].url).status_code == 405
    client.post(outdated()[0].url)
    assert found() == before


def test_publishing_the_same_text_again_changes_nothing(english_site):
    ContentPage.objects.get(slug="toegankelijkheid").save_revision().publish()

    assert found() == []


def test_a_changed_snippet_is_outdated(english_site):
    question = FaqQuestion.objects.get(anchor="vergoeding", locale=Locale.get_default())
    question.question = "Wordt het vergoed?"
    question.save()

    assert [item[2] for item in found()] == ["de tekst is sindsdien veranderd"]


def test_a_translation_with_an_error_counts_as_untranslated(english_site):
    page = ContentPage.objects.get(slug="toegankelijkheid")
    texts = StringTranslation.objects.filter(context__object_id=page.translation_key)
    texts.filter(pk__in=texts.values("pk")[:2]).update(has_error=True)

    assert found() == [("Toegankelijkheid", "Engels", "2 zinnen zijn niet vertaald")]


def test_an_untranslated_page_is_listed_and_an_untranslated_course_date_is_not(english_site):
    dutch = Page.objects.get(slug="mensen").specific
    person = (
        dutch.get_children()
        .first()
        .specific.copy(to=dutch, update_attrs={"slug": "iemand", "title": "Iemand"})
    )
    person.copy_for_translation(english_site.locale, alias=True)
    date = CourseEventPage.objects.filter(locale=dutch.locale).first()
    date.copy(update_attrs={"slug": "rt1"}).copy_for_translation(english_site.locale, alias=True)

    assert found() == [("Iemand", "Engels", "nog niet vertaald")]


def test_the_start_page_tells_only_staff_who_may_translate(english_site, client):
    page = ContentPage.objects.get(slug="toegankelijkheid")
    page.introduction = "Deze site is er voor iedereen."
    page.save_revision().publish()

    seen = {}
    for group in ("Teksten", "Bureau", "Cursussen", "Geld"):
        user = factories.user(group)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        seen[group] = reverse("translations_behind") in client.get("/admin/").text

    assert seen == {"Teksten": True, "Bureau": False, "Cursussen": False, "Geld": False}


@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
def test_the_report_lists_every_translation(english_site, admin_client):
    report = admin_client.get("/admin/localize/reports/translations/")

    assert report.status_code == 200
    assert report.context["paginator"].count == Translation.objects.count() > 40


@pytest.mark.parametrize("number", [1, 3])
def test_outdated_needs_few_queries(english_site, django_assert_max_num_queries, number):
    FaqQuestion.objects.filter(
        pk__in=FaqQuestion.objects.filter(locale=Locale.get_default()).values("pk")[:number]
    ).update(highlight=True, sort_order=9)

    with django_assert_max_num_queries(20):
        outdated()
