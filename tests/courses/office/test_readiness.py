"""The checklist of a date, which prevents publishing an incomplete one."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.models import Accreditation, AccreditationPage, CourseEventPage, SignUpPage
from courses.office.dates import readiness
from courses.office.dates.readiness import State
from courses.office.start import accreditations
from tests import factories
from tests.courses.test_wagtail_hooks import edit

pytestmark = pytest.mark.anywhere


@pytest.fixture
def draft(course):
    page = factories.event_page(course, title="Cursus Dalfsen")
    page.save_revision()
    return page


@pytest.fixture
def form_page(course):
    return factories.form_page(course)


@pytest.fixture
def editor(make_client):
    return make_client("Cursussen")


def states(page):
    return {item.subject: item.state for item in readiness.checklist(page, None)}


def test_necessary_and_advised_items(draft):
    found = states(draft)

    musts = {subject for subject, state in found.items() if state == State.MISSING}
    assert musts == {"Inschrijfformulier"}
    advised = {subject for subject, state in found.items() if state == State.ADVISED}
    assert advised == {"Locatie", "Tijden", "Docenten", "Accreditatie"}


def test_a_live_form_makes_it_complete(draft, form_page):
    assert readiness.missing(draft) == []
    form_page.unpublish()
    assert [item.subject for item in readiness.missing(draft)] == ["Inschrijfformulier"]


def test_the_live_form_of_two_is_judged(draft, course, form_page):
    form_page.unpublish()
    other = factories.form_page(course, slug="nieuw")
    factories.form_page(course, "alumni").unpublish()
    assert readiness.missing(draft) == []
    other.unpublish()
    form_page.save_revision().publish()
    assert readiness.missing(draft) == []


def test_days_that_have_passed_and_numbers_that_do_not_fit(course, form_page):
    page = factories.event_page(course, parts=[factories.part(-3)], minimum=10, capacity=8)
    assert [item.subject for item in readiness.missing(page)] == ["Dagen", "Aantal deelnemers"]


def test_an_accreditation_has_to_be_valid_on_every_day(site_tree, draft):
    page = AccreditationPage(title="Accreditaties", slug="accreditaties")
    page.accreditations = [
        Accreditation(
            register="Keurmerk",
            number="1",
            valid_until=factories.day(100),
            locale=site_tree.locale,
        )
    ]
    site_tree.add_child(instance=page)
    assert states(draft)["Accreditatie"] == State.ADVISED  # the return day is after 150 days
    page.accreditations.update(valid_until=factories.day(150))
    assert states(draft)["Accreditatie"] == State.DONE


@pytest.mark.parametrize("unknown", [{"number": ""}, {"valid_until": None}])
def test_an_accreditation_without_number_or_term_is_never_in_order(site_tree, draft, unknown):
    known = {"number": "7", "valid_until": factories.day(500)}
    factories.accreditations(
        {"register": "Zeker", **known}, {"register": "Vaag", **known, **unknown}
    )

    [item] = [i for i in readiness.checklist(draft, None) if i.subject == "Accreditatie"]

    assert (item.state, item.says) == (
        State.ADVISED,
        "Nummer of termijn is niet bekend: Vaag. Lezers zien “wordt nagevraagd”.",
    )


def test_a_date_that_lacks_something_is_not_published(editor, draft):
    refused = edit(editor, draft)

    assert "Nog niet gepubliceerd, want er ontbreekt iets" in refused.text
    assert not CourseEventPage.objects.get(pk=draft.pk).live


def test_an_incomplete_draft_is_saved(editor, draft):
    assert edit(editor, draft, publish=False, introduction="Nieuw").status_code == 302


def test_advice_does_not_prevent_publishing(editor, draft, form_page):
    assert edit(editor, draft).status_code == 302
    assert CourseEventPage.objects.get(pk=draft.pk).live


def test_a_published_date_can_always_be_corrected(editor, event):
    assert SignUpPage.objects.count() == 0
    assert edit(editor, event.page, introduction="Verbeterd").status_code == 302


def test_the_submitted_days_count(editor, course, form_page):
    draft = factories.event_page(course, parts=[factories.part(-3)])
    draft.save_revision()
    parts = list(draft.parts.all())
    parts[0].first_day = parts[0].last_day = factories.day(20)

    assert edit(editor, draft, parts=parts).status_code == 302
    assert CourseEventPage.objects.get(pk=draft.pk).live


def test_publishing_many_at_once_follows_the_checklist(editor, draft, course):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = editor.post(
        f"{url}?id={draft.pk}&next=/admin/", {"include_descendants": ""}, follow=True
    )

    assert "Nog niet gepubliceerd" in answer.text
    assert not Page.objects.get(pk=draft.pk).live


def test_incomplete_dates_below_a_course_are_not_published_with_it(editor, draft, course):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = editor.post(
        f"{url}?id={course.pk}&next=/admin/", {"include_descendants": "on"}, follow=True
    )

    assert "Nog niet gepubliceerd" in answer.text
    assert not Page.objects.get(pk=draft.pk).live


def test_the_panel_links_to_the_field(editor, draft):
    text = editor.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).text

    assert "1 ding ontbreekt" in text
    assert 'href="#id_parts-0-venue"' in text
    assert reverse("wagtailadmin_explore", args=[draft.get_parent().pk]) in text


def test_accreditations_that_end_soon_are_a_to_do(site_tree, make_client):
    page = AccreditationPage(title="Accreditaties", slug="accreditaties")
    page.accreditations = [
        Accreditation(register=name, valid_until=factories.day(days), locale=site_tree.locale)
        for name, days in (("Voorbij", -1), ("Vandaag", 0), ("Bijna", 90), ("Later", 91))
    ]
    site_tree.add_child(instance=page)

    [item] = accreditations.staff_to_do(make_client("Teksten").user)

    assert (item.number, item.url) == (2, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert accreditations.staff_to_do(make_client("Geld").user) == []
