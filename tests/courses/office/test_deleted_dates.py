"""A date whose page is gone: without people nothing of it is left, with people it says so."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from courses.domain import go_no_go, rosters
from courses.models import CourseEventPage, Roster
from courses.office.start import this_week
from tests import factories

pytestmark = pytest.mark.anywhere

clean_up = import_module("courses.migrations.0019_rosters_of_deleted_pages")
GONE = "pagina verwijderd"


def lose_page(event):
    """As by hand in the database: the CMS deletes no page with people."""
    CourseEventPage.objects.filter(pk=event.page.pk).update(
        translation_key="00000000-0000-0000-0000-000000000000", live=False
    )


@pytest.fixture
def lost(event, make_event, make_sign_up):
    """A date with somebody on it whose page is gone, beside one that has both."""
    make_event(title="Cursus Vlieland", first_day=factories.day(30))
    make_sign_up()
    lose_page(event)
    return event.roster


def test_a_deleted_date_leaves_nothing_in_lists(office, make_client, event, make_event):
    other = make_event(title="Cursus Vlieland")
    make_client("Eigenaar").post(reverse("wagtailadmin_pages:delete", args=[event.page.pk]))

    assert [roster.code for roster in rosters.coming()] == [other.code]
    for name in ("rosters:index", "wagtailadmin_home", "sign_ups:index"):
        text = office.get(reverse(name)).text
        assert event.code + "<" not in text
        assert f">{event.title}<" not in text


def test_a_roster_from_before_without_page_and_people_is_removed(event, make_event):
    other = make_event(title="Cursus Vlieland")
    lose_page(event)

    assert [roster.code for roster in rosters.coming()] == [other.code]
    assert set(go_no_go.undecided()) <= {other.roster}
    clean_up.remove_unused(apps, None)
    assert Roster.objects.get().code == other.code


def test_with_people_it_says_that_the_page_is_gone(office, lost):
    lists = [office.get(reverse(name)).text for name in ("rosters:index", "wagtailadmin_home")]
    assert [text.count(GONE) for text in lists] == [1, 1]

    page = office.get(reverse("rosters:edit", args=[lost.pk]))
    assert "Verplaats de mensen die erop staan" in page.text
    assert page.context["decision"]["can_go_ahead"] is False
    assert page.context["decision"]["can_be_called_off"] is True


def test_it_still_names_the_days_that_people_were_told(office, event, lost):
    days = {roster.code: roster.days for roster in this_week.coming()}
    assert days[lost.code] == event.days_in_words
    assert event.days_in_words in office.get(reverse("rosters:index")).text


def test_it_cannot_go_ahead_and_people_can_still_choose(office, lost):
    office.post(reverse("rosters:go_ahead", args=[lost.pk]), {"seen": "planned"})
    assert Roster.objects.get(pk=lost.pk).state == "planned"

    office.post(reverse("rosters:call_off", args=[lost.pk]), {"seen": "planned"})
    lost.refresh_from_db()
    assert lost.state == "called_off"
    office.post(reverse("rosters:take_back", args=[lost.pk]), {"seen": "called_off"})
    assert Roster.objects.get(pk=lost.pk).state == "called_off"
