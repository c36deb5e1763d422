from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, Site

from core.models import SiteSettings, SiteTexts
from courses.models import CourseEventPage, Roster
from courses.reading import events
from faq.models import FaqQuestion, FaqTopic
from home import models
from home.first_content import files, planning
from home.first_content.loading import load_source

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

OURS = {"core", "courses", "faq", "home", "people", "wagtailcore"}


def everything():
    """All rows of pages, snippets, settings and rosters, and of Wagtail's own tables, as JSON."""
    return {
        model._meta.label: serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in apps.get_models()
        if model._meta.app_label in OURS
    }


def page(path):
    home = Site.objects.get(is_default_site=True).root_page
    return Page.objects.get(url_path=home.url_path + path.lstrip("/")).specific


@pytest.mark.usefixtures("content")
class TestAfterALoad:
    def test_a_second_load_changes_nothing(self):
        before = everything()

        load_source()

        assert everything() == before

    def test_a_second_load_needs_few_queries(self):
        with CaptureQueriesContext(connection) as queries:
            load_source()

        assert len(queries) <= 12

    def test_every_page_of_the_files_is_published(self):
        for file in files.page_files("nl"):
            found = page(file.path)
            assert (type(found), found.live, found.has_unpublished_changes) == (
                file.model,
                True,
                False,
            )
            assert found.locale == Locale.get_default()
            assert found.search_description, file.path

    def test_edits_of_staff_survive_a_load(self):
        privacy = page("/privacy/")
        privacy.title = "Onze privacy"
        privacy.save_revision().publish()
        FaqQuestion.objects.filter(anchor="vergoeding").update(question="Wordt het vergoed?")
        models.Testimonial.objects.filter(name="Bram Bakker").update(heading="Stil zitten?")
        SiteTexts.objects.update(tagline="Anders")
        before = everything()

        load_source()

        assert everything() == before

    def test_a_renamed_moved_or_unpublished_page_is_not_created_again(self):
        renamed = page("/privacy/")
        renamed.slug = "uw-gegevens"
        renamed.save_revision().publish()
        page("/voorwaarden/").move(
            models.ContentPage.objects.get(slug="uw-gegevens"), pos="last-child"
        )
        page("/toegankelijkheid/").unpublish()
        before = everything()

        load_source()

        assert everything() == before

    def test_what_staff_deleted_stays_deleted(self):
        page("/privacy/").delete()
        page("/mensen/").delete()
        FaqQuestion.objects.get(anchor="vergoeding").delete()
        models.Testimonial.objects.get(name="Huub Busser").delete()
        SiteTexts.objects.all().delete()
        CourseEventPage.objects.get(code="RT16052019").delete()
        before = everything()

        load_source()

        assert everything() == before

    def test_new_content_links_only_to_pages_that_exist(self):
        page("/contact/").delete()
        page("/privacy/").delete()
        models.LoadedContent.objects.get(key="nl page /privacy/").delete()

        load_source()

        sections = [block.value for block in page("/privacy/").body]
        rights = next(section for section in sections if section["anchor"] == "rechten")
        assert "Laat het ons weten: u krijgt" in rights["body"].source
        assert "page:" not in str(page("/privacy/").body.get_prep_value())

    def test_links_become_links_to_pages(self):
        answer = FaqQuestion.objects.get(anchor="cursus-geaccrediteerd").answer

        assert f'<a linktype="page" id="{page("/accreditaties/").pk}">Accreditaties</a>' in answer
        assert FaqTopic.objects.count() == 7
        assert FaqQuestion.objects.count() == 11

    def test_the_courses_of_2019_and_their_rosters(self):
        events = CourseEventPage.objects.filter(last_day__year=2019).order_by("first_day")
        found = [
            (e.code, [(p.first_day, p.last_day, p.place, p.open_to_alumni) for p in e.parts.all()])
            for e in events
        ]

        assert found == [
            (
                "RT21032019",
                [
                    (date(2019, 3, 21), date(2019, 3, 22), "Dalfsen", False),
                    (date(2019, 6, 5), date(2019, 6, 5), "Dalfsen", True),
                ],
            ),
            (
                "RT16052019",
                [
                    (date(2019, 5, 16), date(2019, 5, 17), "Bloemendaal", False),
                    (date(2019, 9, 4), date(2019, 9, 4), "Bloemendaal", True),
                ],
            ),
            (
                "RT12092019",
                [
                    (date(2019, 9, 12), date(2019, 9, 13), "Vlieland", False),
                    (date(2019, 12, 11), date(2019, 12, 11), "", True),
                ],
            ),
        ]
        assert Roster.objects.filter(code__endswith="2019").count() == 3

    def test_coming_courses_can_be_signed_up_for(self):
        coming = events.coming(locale=Locale.get_default())

        assert len(coming) == 5
        assert {place for event in coming for place in event.places} == {
            "Dalfsen",
            "Bloemendaal",
            "Vlieland",
        }
        assert all(event.can_sign_up for event in coming)
        assert all(event.alumni_sign_up_url for event in coming)
        assert {(event.minimum, event.capacity, event.price_cents) for event in coming} == {
            (12, 24, 119500)
        }

    def test_the_content_language_is_the_default_language(self):
        assert settings.LANGUAGE_CODE == "nl"
        assert set(Page.objects.filter(depth__gt=1).values_list("locale__language_code")) == {
            ("nl",)
        }


@pytest.mark.usefixtures("english_content")
def test_the_command_says_what_it_did():
    first, second = StringIO(), StringIO()
    missing = ("nl page /privacy/", "nl page /contact/")
    models.LoadedContent.objects.filter(key__in=missing).delete()

    call_command("load_content", stdout=first)
    call_command("load_content", stdout=second)

    assert first.getvalue() == "Content: 2 new.\n"
    assert second.getvalue() == "Content: nothing new.\n"


def test_the_welcome_page_becomes_the_home_page():
    welcome = Site.objects.get(is_default_site=True).root_page

    load_source()

    home = models.HomePage.objects.get()
    assert home.pk == welcome.pk
    assert Page.objects.filter(depth=2).count() == 1
    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_home_page_of_staff_is_left_alone():
    theirs = Site.objects.get(is_default_site=True).root_page
    theirs.title = theirs.draft_title = "Onze eigen pagina"
    theirs.save()

    with pytest.raises(CommandError):
        load_source()

    assert Page.objects.get(pk=theirs.pk).title == "Onze eigen pagina"
    assert models.LoadedContent.objects.count() == 0


def test_the_site_gets_the_address_of_the_settings(settings):
    settings.SITE_URL = "https://www.example.nl"

    load_source()

    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port) == ("www.example.nl", 443)


def test_only_empty_settings_are_filled_in():
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.create(site=site, therapist_finder_url="https://example.nl/zoek/")

    load_source()

    row = SiteSettings.objects.get()
    assert row.therapist_finder_url == "https://example.nl/zoek/"
    assert row.therapist_register_url == "https://www.runningtherapie-nederland.nl/"
    assert (row.street, row.kvk_number, row.email) == ("", "", "")


@pytest.mark.usefixtures("content")
def test_a_page_that_exists_already_is_not_created():
    models.LoadedContent.objects.get(key="nl page /privacy/").delete()
    before = Page.objects.count()

    load_source()

    assert Page.objects.count() == before
    assert models.LoadedContent.objects.filter(key="nl page /privacy/").exists()


@pytest.mark.parametrize("year", range(2024, 2034))
def test_a_planned_course_follows_the_pattern_and_avoids_holidays(year):
    for month in range(1, 13):
        today = date(year, month, 13)
        run = planning.plan_run(today, weeks=7)
        days = (run.first_day, run.last_day, run.return_day)

        assert [day.isoweekday() for day in days] == [4, 5, 3]
        assert (run.last_day - run.first_day).days == 1
        assert 90 <= (run.return_day - run.last_day).days <= 122
        assert run.first_day >= date.fromordinal(today.toordinal() + 49)
        assert not any(planning.is_holiday(day) for day in days)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),  # Easter Monday
        date(2025, 4, 26),  # King's Day, as 27 April is a Sunday
        date(2026, 5, 5),
        date(2026, 5, 14),  # Ascension Day
        date(2026, 5, 25),  # Whit Monday
        date(2026, 12, 25),
        date(2027, 1, 1),
    ],
)
def test_public_holidays(day):
    assert planning.is_holiday(day)


def test_an_ordinary_day_is_no_holiday():
    assert not planning.is_holiday(date(2026, 4, 2))


@pytest.mark.parametrize(
    ("old", "new"),
    [("/team", "/mensen/"), ("/FAQ/", "/veelgestelde-vragen/"), ("/contact.php", "/contact/")],
)
def test_addresses_of_the_former_site_lead_on(loaded_site, client, old, new):
    assert client.get(old)["Location"] == new
