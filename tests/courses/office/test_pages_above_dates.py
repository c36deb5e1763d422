"""What happens to a page above a date happens to the date: the same right, and no copies of it."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization, TranslationSource

from courses.models import CourseEventPage, CoursePage, Roster, SignUpPage
from tests import factories
from tests.courses.test_wagtail_hooks import course_data

pytestmark = pytest.mark.anywhere


@pytest.fixture
def form_page(course):
    return factories.form_page(course)


@pytest.fixture
def boss(make_client):
    return make_client("Eigenaar")


@pytest.fixture
def writer(make_client):
    return make_client("Teksten")


def above(course):
    index = course.get_parent()
    return [course, index, index.get_parent()]


def state():
    """Every page there is: where it is and whether it is live."""
    return list(Page.objects.order_by("pk").values_list("path", "live", "url_path"))


# --- Copying -----------------------------------------------------------------------------------


def copy(client, page, **data):
    fields = {
        "new_title": "Kopie",
        "new_slug": "kopie",
        "new_parent_page": str(page.get_parent().pk),
    }
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), fields | data)


def test_the_copy_form_of_a_page_above_dates_takes_nothing_along(boss, event, course):
    for page in above(course):
        form = boss.get(reverse("wagtailadmin_pages:copy", args=[page.pk])).context["form"]
        assert set(form.fields) == {"new_title", "new_slug", "new_parent_page"}


@pytest.mark.parametrize("box", ["copy_subpages", "publish_copies", "alias"])
def test_a_box_that_was_ticked_before_is_refused_in_words(boss, event, course, box):
    before = state()

    shown = copy(boss, course, **{box: "on"})

    assert "Onder deze pagina staan cursusdata" in shown.text
    assert state() == before


def test_a_course_is_copied_without_its_dates(boss, event, course):
    assert copy(boss, course).status_code == 302

    new = CoursePage.objects.get(slug="kopie")
    assert (new.live, new.numchild) == (False, 0)
    assert CourseEventPage.objects.count() == Roster.objects.count() == 1
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_course_without_dates_is_copied_with_its_form(boss, course, form_page):
    assert copy(boss, course, copy_subpages="on").status_code == 302
    assert SignUpPage.objects.count() == 2


def test_dates_that_code_copies_have_codes_and_rosters_of_their_own(event, make_event, course):
    make_event()
    course.copy(recursive=True, update_attrs={"slug": "kopie"})

    codes = list(CourseEventPage.objects.values_list("code", flat=True))
    assert len(set(codes)) == 4
    assert set(Roster.objects.values_list("code", flat=True)) == set(codes)
    assert "" not in codes


def test_half_a_copy_leaves_nothing_behind(event, make_event, course, monkeypatch):
    make_event()
    before = state()
    copied = []

    def fail_at_the_second(page, *args):
        copied.append(page)
        if len(copied) == 2:
            raise ValidationError("not now")

    monkeypatch.setattr(CourseEventPage, "_derive_from_parts", fail_at_the_second)
    with pytest.raises(ValidationError):
        CopyPageAction(course, recursive=True, update_attrs={"slug": "kopie"}).execute()

    assert state() == before
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_date_has_no_alias(event, course):
    before = state()
    for page in (event.page, course):
        with pytest.raises(ValidationError, match="Een cursusdatum heeft geen alias"):
            page.create_alias(recursive=True, update_slug="alias")
    assert state() == before


def test_a_date_stays_in_the_tree_of_its_language(boss, event, course):
    english = course.copy_for_translation(factories.locale("en"), copy_parents=True)

    copy(boss, event.page, new_parent_page=str(english.pk))
    boss.post(reverse("wagtailadmin_pages:move_confirm", args=[event.page.pk, english.pk]))

    assert [page.get_parent().pk for page in CourseEventPage.objects.all()] == [course.pk]


# --- Moving a date to another course -----------------------------------------------------------


def move(client, page, destination):
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk]))
    return client.get("/admin/").text


def move_in_bulk(client, page, destination):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    client.post(f"{url}?id={page.pk}&next=/admin/", {"chooser": destination.pk})
    return client.get("/admin/").text


@pytest.mark.parametrize("route", [move, move_in_bulk])
def test_a_date_moves_only_where_people_can_keep_their_places(boss, event, make_sign_up, route):
    other = factories.course(capacity=1)
    for _number in range(2):
        make_sign_up()

    said = route(boss, event.page, other)
    assert "1 is te laag" in said
    assert "Inschrijfformulier" in said
    assert CourseEventPage.objects.get().get_parent().pk != other.pk

    other.capacity = 20
    factories.publish(other)
    factories.form_page(other)
    route(boss, event.page, other)
    assert CourseEventPage.objects.get().get_parent().pk == other.pk
    assert (Roster.objects.get().course_title, Roster.objects.get().capacity) == (other.title, 20)


# --- Rights ------------------------------------------------------------------------------------


def bulk(action):
    def route(client, page):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        data = {"include_descendants": "on", "chooser": page.get_parent().pk}
        return client.post(f"{url}?id={page.pk}&next=/admin/", data)

    route.__name__ = f"bulk_{action}"
    return route


def view(name, *more, **data):
    def route(client, page):
        args = [page.pk, *[make(page) for make in more]]
        return client.post(reverse(name, args=args), data)

    route.__name__ = name.rpartition(":")[2]
    return route


def elsewhere(page):
    """A place where a page of this kind may be."""
    if isinstance(page, CoursePage):
        return factories.home().add_child(instance=type(page.get_parent().specific)(title="X")).pk
    return factories.home().pk


ROUTES = [
    view("wagtailadmin_pages:unpublish", include_descendants="on"),
    view("wagtailadmin_pages:unpublish"),
    view("wagtailadmin_pages:delete"),
    view("wagtailadmin_pages:move_confirm", elsewhere),
    view("wagtailadmin_pages:set_privacy", restriction_type="login"),
    bulk("unpublish"),
    bulk("delete"),
]


@pytest.fixture(params=ROUTES, ids=lambda route: route.__name__)
def route(request):
    return request.param


@pytest.mark.parametrize("number", range(5))
def test_who_may_not_change_dates_does_not_touch_what_they_hang_on(
    writer, event, make_event, form_page, course, route, number
):
    page = [event.page, form_page, *above(course)][number]
    before = state()

    route(writer, page)

    assert [row for row in state() if row in before] == before
    assert not page.get_view_restrictions().exists()


def test_with_the_right_a_course_goes_offline_with_its_dates(boss, event, form_page, course):
    view("wagtailadmin_pages:unpublish", include_descendants="on")(boss, course)
    assert not Page.objects.descendant_of(course, inclusive=True).live().exists()


def test_a_course_without_dates_is_a_text_like_any_other(writer, course, form_page):
    view("wagtailadmin_pages:unpublish")(writer, course)
    assert not CoursePage.objects.get().live


def test_a_date_to_read_for_a_workflow_is_not_copied(event, make_client):
    writer = make_client("Teksten")
    assert not event.page.permissions_for_user(writer.user).can_copy()


def test_the_end_of_what_dates_hang_on_is_planned_by_who_may_change_them(
    writer, boss, event, course
):
    soon = {"expire_at": "1-12-2099 12:00"}
    url = reverse("wagtailadmin_pages:edit", args=[course.pk])

    refused = writer.post(url, course_data(course, **soon))
    assert "kan dit alleen plannen wie data mag wijzigen" in refused.text
    assert writer.post(url, course_data(course)).status_code == 302
    assert boss.post(url, course_data(course, **soon)).status_code == 302


# --- Translating -------------------------------------------------------------------------------


@pytest.fixture
def english(event, course):
    locale = factories.locale("en")
    LocaleSynchronization.objects.create(locale=locale, sync_from=Locale.get_default())
    return locale


def test_who_may_not_change_dates_does_not_translate_them(writer, event, english, course):
    assert writer.user.has_perm("wagtail_localize.submit_translation")
    for page, data in ((event.page, {}), (course, {"include_subtree": "on"})):
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        writer.post(url, {"locales": [english.pk], **data})
    source, _new = TranslationSource.get_or_create_from_instance(event.page)
    writer.post(
        reverse("wagtail_localize:update_translations", args=[source.pk]),
        {"publish_translations": "on"},
    )

    found = CourseEventPage.objects.get(locale=english)
    assert found.alias_of_id == event.page.pk
    assert CoursePage.objects.get(locale=english).alias_of_id == course.pk


def test_a_course_alone_may_still_be_translated(writer, event, english, course):
    url = reverse("wagtail_localize:submit_page_translation", args=[course.pk])
    writer.post(url, {"locales": [english.pk]})
    assert CoursePage.objects.get(locale=english).alias_of_id is None


def test_who_changes_dates_and_translates_translates_them(make_client, event, english):
    client = make_client("Cursussen")
    client.user.user_permissions.add(Permission.objects.get(codename="submit_translation"))
    url = reverse("wagtail_localize:submit_page_translation", args=[event.page.pk])
    client.post(url, {"locales": [english.pk]})
    assert CourseEventPage.objects.get(locale=english).alias_of_id is None
