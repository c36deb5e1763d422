"""What the CMS refuses because people have signed up, and how a date is copied."""

import datetime

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.domain import cancellations
from courses.models import CourseEventPage, CoursePage, Roster, SignUp
from tests import factories
from tests.courses.office.conftest import *  # noqa: F403  the same dates and people

ACTIONS = "/admin/bulk/wagtailcore/page/delete/"


@pytest.fixture
def boss(make_client):
    return make_client("Eigenaar")


# --- Deleting --------------------------------------------------------------------------------


def test_page_with_people_is_not_deleted(boss, event, make_sign_up):
    make_sign_up()
    address = reverse("wagtailadmin_pages:delete", args=[event.page.pk])
    for method in (boss.get, boss.post):
        response = method(address, follow=True)
        assert f"Niet verwijderd: voor {event.code}" in response.text
    assert CourseEventPage.objects.filter(pk=event.page.pk).exists()


def test_ended_sign_ups_count_too(boss, event, make_sign_up):
    cancellations.cancel(make_sign_up(), by=None)
    boss.post(reverse("wagtailadmin_pages:delete", args=[event.page.pk]))
    assert CourseEventPage.objects.filter(pk=event.page.pk).exists()


def test_page_above_is_not_deleted(boss, event, make_sign_up, course):
    make_sign_up()
    for page in (course, course.get_parent(), course.get_parent().get_parent()):
        response = boss.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert event.code in response.text
    assert CourseEventPage.objects.filter(pk=event.page.pk).exists()


def test_bulk_delete_is_refused_as_a_whole(boss, make_event, event, make_sign_up):
    make_sign_up()
    other = make_event(title="Cursus Vlieland")
    response = boss.post(
        f"{ACTIONS}?id={event.page.pk}&id={other.page.pk}&next=/admin/", follow=True
    )
    assert "Niet verwijderd" in response.text
    assert CourseEventPage.objects.count() == 2


def test_page_without_people_is_deleted_with_its_roster(boss, make_event, event):
    other = make_event(title="Cursus Vlieland")
    boss.post(reverse("wagtailadmin_pages:delete", args=[event.page.pk]))
    assert CourseEventPage.objects.get().code == other.code
    assert Roster.objects.get().code == other.code


def test_page_with_people_is_unpublished(boss, event, make_sign_up):
    make_sign_up()
    boss.post(reverse("wagtailadmin_pages:unpublish", args=[event.page.pk]))
    assert not CourseEventPage.objects.get().live


def test_language_with_pages_is_not_deleted(make_client, event, make_sign_up):
    make_sign_up()
    locale = Locale.get_default()
    address = reverse("wagtaillocales:delete", args=[locale.pk])
    make_client("superuser").post(address)
    assert Locale.objects.filter(pk=locale.pk).exists()
    assert SignUp.objects.count() == 1


def test_deleting_a_translation_keeps_the_people(boss, event, make_sign_up):
    make_sign_up()
    english, _ = Locale.objects.get_or_create(language_code="en")
    translated = event.page.copy_for_translation(english, copy_parents=True)
    boss.post(reverse("wagtailadmin_pages:delete", args=[translated.pk]))
    assert not Page.objects.filter(pk=translated.pk).exists()
    assert SignUp.objects.count() == 1


# --- Parts and seats -------------------------------------------------------------------------


def form_data(page, *, parts=None, **fields):
    parts = list(page.parts.all()) if parts is None else parts
    rows = [
        {
            "id": part.pk or "",
            "label": part.label,
            "first_day": part.first_day.isoformat(),
            "last_day": part.last_day.isoformat() if part.last_day else "",
            "place": part.place,
            "open_to_alumni": "on" if part.open_to_alumni else "",
            "ORDER": number,
            "DELETE": "on" if getattr(part, "is_taken_out", False) else "",
        }
        for number, part in enumerate(parts, start=1)
    ]
    initial = sum(1 for part in parts if part.pk)
    return nested_form_data(
        {
            "title": page.title,
            "introduction": "",
            "price_cents": "",
            "minimum": "",
            "capacity": "",
            "audience": "",
            "brochure": "",
            "sign_up_opens": "",
            "sign_up_closes": "",
            "seo_title": "",
            "search_description": "",
            "share_image": "",
            "parts": inline_formset(rows, initial=initial, min=1),
            "comments": inline_formset([]),
            **fields,
        }
    )


def edit(client, page, *, publish=True, **data):
    fields = form_data(page, **data)
    if publish:
        fields["action-publish"] = "publish"
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields)


def test_part_with_people_stays(boss, event, make_sign_up):
    make_sign_up()
    parts = list(event.page.parts.all())
    parts[1].is_taken_out = True
    response = edit(boss, event.page, parts=parts)
    assert response.status_code == 200
    assert "een onderdeel weggehaald waarvoor mensen zich hebben ingeschreven" in response.text
    assert "Terugkomdag" in response.text
    assert CourseEventPage.objects.get().parts.count() == 2


def test_a_part_that_everybody_has_left_can_be_removed(boss, event, make_sign_up):
    cancellations.cancel(make_sign_up(), by=None)
    parts = list(event.page.parts.all())
    parts[1].is_taken_out = True
    assert edit(boss, event.page, parts=parts).status_code == 302
    assert CourseEventPage.objects.get().parts.count() == 1


def test_part_can_change_its_days(boss, event, make_sign_up):
    sign_up = make_sign_up()
    parts = list(event.page.parts.all())
    keys = [part.key for part in parts]
    parts[1].first_day = parts[1].last_day = parts[1].first_day + datetime.timedelta(days=7)
    assert edit(boss, event.page, parts=parts).status_code == 302
    page = CourseEventPage.objects.get()
    assert [part.key for part in page.parts.all()] == keys
    assert page.last_day == parts[1].last_day
    assert {claim.part_key for claim in sign_up.claims.all()} == set(keys)


def test_publishing_a_moved_day_says_how_many_people_it_affects(boss, event, make_sign_up):
    make_sign_up()
    parts = list(event.page.parts.all())
    parts[1].first_day = parts[1].last_day = parts[1].first_day + datetime.timedelta(days=7)
    published = edit(boss, event.page, parts=parts)
    shown = boss.get(published["Location"]).text
    assert "raakt 1 persoon die dat nog niet weet" in shown
    assert reverse("rosters:tell", args=[event.roster.pk]) in shown


def test_code_and_address_stay_after_publishing(boss, event):
    code = event.code
    parts = list(event.page.parts.all())
    parts[0].first_day += datetime.timedelta(days=1)
    assert edit(boss, event.page, parts=parts).status_code == 302
    page = CourseEventPage.objects.get()
    assert (page.code, page.slug) == (code, code.lower())


@pytest.mark.parametrize(("capacity", "status", "kept"), [("2", 200, 24), ("3", 302, 3)])
def test_maximum_is_not_below_the_places_taken(boss, event, make_sign_up, capacity, status, kept):
    for _number in range(3):
        make_sign_up()
    response = edit(boss, event.page, capacity=capacity)
    assert response.status_code == status
    assert Roster.objects.get().capacity == kept
    assert SignUp.objects.count() == 3
    if status == 200:
        assert "3 plaatsen bezet" in response.text


def test_falling_back_to_a_lower_maximum_of_the_course(boss, make_event, make_sign_up, course):
    event = make_event(capacity=30)
    CoursePage.objects.filter(pk=course.pk).update(capacity=1)
    for _number in range(2):
        make_sign_up(event=event)
    assert edit(boss, event.page, capacity="").status_code == 200
    assert Roster.objects.get(pk=event.roster.pk).capacity == 30


def course_data(course, **fields):
    return nested_form_data(
        {
            "title": course.title,
            "slug": course.slug,
            "introduction": "",
            "audience": course.audience,
            "price_cents": "1195",
            "alumni_price_cents": "",
            "minimum": "1",
            "capacity": "24",
            **dict.fromkeys(("included", "admission", "team_intro", "return_day"), "null"),
            **dict.fromkeys(("return_day_alumni", "assessment"), "null"),
            "team_heading": "",
            "body-count": "0",
            "team-count": "0",
            "seo_title": "",
            "search_description": "",
            "share_image": "",
            "comments": inline_formset([]),
            "day_moments": inline_formset([]),
            "action-publish": "publish",
            **fields,
        }
    )


@pytest.mark.parametrize(("capacity", "status", "kept"), [("1", 200, 24), ("2", 302, 2)])
def test_maximum_of_the_course_fits_its_dates(
    boss, event, make_sign_up, course, capacity, status, kept
):
    make_sign_up()
    make_sign_up()
    response = boss.post(
        reverse("wagtailadmin_pages:edit", args=[course.pk]),
        course_data(course, capacity=capacity),
    )
    assert response.status_code == status
    assert Roster.objects.get().capacity == kept
    if status == 200:
        assert event.code in response.text


# --- A new date ------------------------------------------------------------------------------


def copy(client, page, **data):
    return client.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        {
            "new_title": "Cursus Vlieland",
            "new_parent_page": str(page.get_parent().pk),
            **data,
        },
    )


@pytest.mark.parametrize("role", ["Eigenaar", "Cursussen"])
def test_copy_is_a_draft_with_a_code_of_its_own(make_client, event, make_sign_up, role):
    make_sign_up()
    client = make_client(role)
    response = copy(client, event.page, publish_copies="on", alias="on", new_slug=event.page.slug)
    new = CourseEventPage.objects.exclude(pk=event.page.pk).get()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[new.pk])
    assert not new.live
    assert new.alias_of is None
    assert new.title == "Cursus Vlieland"
    assert new.code == f"{event.code}-2"
    assert new.slug == new.code.lower()
    assert new.translation_key != event.page.translation_key
    assert [part.label for part in new.parts.all()] == ["Cursusdagen", "Terugkomdag"]
    assert not Roster.objects.filter(translation_key=new.translation_key).exists()
    draft = new.get_latest_revision_as_object()
    assert (draft.code, draft.slug) == (new.code, new.slug)


def test_a_copied_date_has_parts_of_its_own(boss, event):
    copy(boss, event.page)
    new = CourseEventPage.objects.exclude(pk=event.page.pk).get()
    keys = [part.key for part in new.parts.all()]
    assert not {part.key for part in event.parts} & set(keys)
    assert [part.key for part in new.get_latest_revision_as_object().parts.all()] == keys


def test_copy_form_asks_only_for_a_title_and_a_place(boss, event):
    response = boss.get(reverse("wagtailadmin_pages:copy", args=[event.page.pk]))
    fields = response.context["form"].fields
    assert set(fields) == {"new_title", "new_parent_page", "new_slug"}
    assert fields["new_slug"].disabled
    assert f"{event.code.lower()}-2" in response.text


def test_copy_of_a_copy(boss, event):
    copy(boss, event.page)
    copy(boss, CourseEventPage.objects.get(code=f"{event.code}-2"))
    codes = CourseEventPage.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes) == [event.code, f"{event.code}-2", f"{event.code}-3"]


def test_a_copy_does_not_take_over_what_belongs_to_the_old_date(boss, event):
    opens = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    CourseEventPage.objects.filter(pk=event.page.pk).update(sign_up_opens=opens)
    CourseEventPage.objects.get().save_revision()
    copy(boss, event.page)
    new = CourseEventPage.objects.exclude(pk=event.page.pk).get()
    assert new.sign_up_opens is None
    assert new.get_latest_revision_as_object().sign_up_opens is None


def test_code_follows_the_days_until_published(boss, event, course):
    factories.form_page(course)
    copy(boss, event.page)
    new = CourseEventPage.objects.exclude(pk=event.page.pk).get()
    for publish, first_day, code in (
        (False, datetime.date(2031, 3, 21), "RT21032031"),
        (False, datetime.date(2031, 4, 2), "RT02042031"),
        (True, datetime.date(2031, 5, 16), "RT16052031"),
        (True, datetime.date(2031, 5, 17), "RT16052031"),
    ):
        parts = list(new.parts.all())
        parts[0].first_day = parts[0].last_day = first_day
        parts[1].first_day = parts[1].last_day = datetime.date(2031, 9, 4)
        assert edit(boss, new, parts=parts, publish=publish).status_code == 302
        draft = CourseEventPage.objects.get(pk=new.pk).get_latest_revision_as_object()
        assert (draft.code, draft.slug, draft.first_day) == (code, code.lower(), first_day)
        new = draft
    page = CourseEventPage.objects.get(pk=new.pk)
    assert (page.live, page.code, page.slug) == (True, "RT16052031", "rt16052031")
    assert Roster.objects.get(translation_key=page.translation_key).code == "RT16052031"


def test_dates_are_distinguishable_in_the_list(boss, make_event, course):
    made = [make_event(), make_event()]
    shown = boss.get(reverse("wagtailadmin_explore", args=[course.pk])).text
    for event in made:
        assert f"{event.title} ({event.code})" in shown


def test_new_date_from_nothing(boss, course):
    factories.form_page(course)
    address = reverse("wagtailadmin_pages:add", args=["courses", "courseeventpage", course.pk])
    assert boss.get(address).status_code == 200
    part = CourseEventPage.parts.rel.related_model(
        label="Cursusdagen", first_day=datetime.date(2031, 3, 21), place=""
    )
    data = form_data(CourseEventPage(title="Cursus"), parts=[part])
    response = boss.post(address, data | {"action-publish": "publish"})
    assert response.status_code == 302
    page = CourseEventPage.objects.get()
    assert (page.code, page.slug, page.live) == ("RT21032031", "rt21032031", True)
    assert page.parts.get().last_day == datetime.date(2031, 3, 21)
    assert Roster.objects.get().code == "RT21032031"


def test_draft_without_parts(boss, course):
    address = reverse("wagtailadmin_pages:add", args=["courses", "courseeventpage", course.pk])
    response = boss.post(address, form_data(CourseEventPage(title="Nog leeg"), parts=[]))
    page = CourseEventPage.objects.get(title="Nog leeg")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.live, page.parts.count(), Roster.objects.count()) == (False, 0, 0)
    assert "Nog leeg" in boss.get(response["Location"]).text


@pytest.mark.parametrize("moment", ["28-3-2027 02:30", "31-10-2027 02:30"])
@pytest.mark.parametrize("field", ["sign_up_opens", "sign_up_closes", "go_live_at", "expire_at"])
def test_a_moment_in_the_night_when_the_clock_changes(boss, event, field, moment):
    refused = edit(boss, event.page, **{field: moment})
    assert "Kies een tijd vóór 2.00 uur of na 3.00 uur." in refused.text
    earlier = edit(boss, event.page, **{field: moment.replace("02:30", "01:59")})
    assert "Kies een tijd" not in earlier.text
