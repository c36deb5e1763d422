"""The second-route test: what the editor refuses is refused by every other way to publish."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Revision, Workflow, WorkflowTask

from core import periodic, to_do
from core.publishing import NotPublishedError
from courses.domain import invariants
from courses.models import CourseEventPage, CoursePage, Roster
from tests import factories
from tests.courses.test_wagtail_hooks import edit, form_data

pytestmark = pytest.mark.anywhere

SOON = datetime.timedelta(hours=1)


@pytest.fixture
def boss(make_client):
    return make_client("Eigenaar")


def latest(page):
    return Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()


# --- The routes: each tries to make the newest version of a page live ------------------------


def by_form(boss, page, time_machine):
    draft = latest(page)
    if isinstance(draft, CoursePage):
        pytest.skip("tested in test_wagtail_hooks")
    rows = list(CourseEventPage.objects.get(pk=page.pk).parts.all())
    kept = {part.key for part in draft.parts.all()}
    for row in rows:
        row.is_taken_out = row.key not in kept
    facts = {"capacity": draft.capacity or ""}
    return edit(boss, page, parts=rows, **facts).text


def in_bulk(boss, page, time_machine):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return boss.post(f"{url}?id={page.pk}&next=/admin/", follow=True).text


def with_all_below(boss, page, time_machine):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    parent = page.get_parent()
    data = {"include_descendants": "on"}
    return boss.post(f"{url}?id={parent.pk}&next=/admin/", data, follow=True).text


def by_approval(boss, page, time_machine):
    workflow = Workflow.objects.create(name="Nalezen")
    task = GroupApprovalTask.objects.create(name="Nalezen")
    task.groups.set(boss.user.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    state = workflow.start(page, user=None).current_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return boss.post(url, {"comment": ""}, follow=True).text


def by_schedule(boss, page, time_machine):
    now = timezone.now()
    Revision.objects.filter(pk=page.get_latest_revision().pk).update(approved_go_live_at=now + SOON)
    later = now + SOON + SOON
    time_machine.move_to(later)
    job = periodic.discover()["publish_scheduled"]
    assert periodic.run_due([job], now=later) == ["publish_scheduled"]
    boss.force_login(boss.user)  # an hour has passed
    return boss.get(reverse("wagtailadmin_pages:history", args=[page.pk])).text


def by_reverting(boss, page, time_machine):
    """The newest version is now an older one; staff publish it from the history."""
    refused = page.get_latest_revision()
    CourseEventPage.objects.get(pk=page.pk).save_revision()
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, refused.pk])
    form = boss.get(url).context["form"]
    parts = [form.instance for form in form.formsets["parts"].forms]
    data = form_data(page, parts=parts, capacity=form.instance.capacity or "")
    data |= {"action-publish": "publish", "revision": refused.pk}
    gone = [row for row in CourseEventPage.objects.get(pk=page.pk).parts.all() if row not in parts]
    assert len(gone) <= 1
    return boss.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data).text


def by_code(boss, page, time_machine):
    with pytest.raises(NotPublishedError) as refused:
        page.get_latest_revision().publish(user=boss.user)
    return " ".join(refused.value.messages)


ROUTES = [by_form, in_bulk, by_approval, by_schedule, by_reverting, by_code]


@pytest.fixture(params=ROUTES, ids=lambda route: route.__name__)
def publish(request, boss, time_machine):
    return lambda page: request.param(boss, page, time_machine)


# --- What is refused ---------------------------------------------------------------------------


@pytest.fixture
def draft_without_return_day(event, make_event, make_sign_up):
    """Planned while nobody had signed up; four people have since, and others for another date."""
    page = CourseEventPage.objects.get(pk=event.page.pk)
    other = make_event(title="Cursus Vlieland", first_day=factories.day(30))
    page.parts = [page.parts.all()[0]]
    page.save_revision()
    for _number in range(4):
        make_sign_up()
    make_sign_up(event=other)
    return CourseEventPage.objects.get(pk=page.pk)


def test_nobody_loses_a_part(draft_without_return_day, publish):
    page = draft_without_return_day

    said = publish(page)

    assert "een onderdeel weggehaald waarvoor mensen zich hebben ingeschreven: Terugkomdag" in said
    assert CourseEventPage.objects.get(pk=page.pk).parts.count() == 2
    assert CourseEventPage.objects.get(pk=page.pk).live
    assert list(invariants.violations()) == []


def test_nobody_loses_a_place_to_a_lower_maximum(event, make_sign_up, publish):
    page = CourseEventPage.objects.get(pk=event.page.pk)
    page.capacity = 2
    page.save_revision()
    for _number in range(3):
        make_sign_up()

    assert "3 plaatsen bezet" in publish(page)
    assert CourseEventPage.objects.get(pk=page.pk).capacity is None
    assert Roster.objects.get().capacity == 24


@pytest.mark.parametrize(
    "route", [*[route for route in ROUTES if route is not by_reverting], with_all_below]
)
def test_an_incomplete_date_is_not_published(boss, course, time_machine, route):
    page = factories.event_page(course, title="Zonder formulier")
    page.save_revision()

    said = route(boss, page, time_machine)

    assert "Nog niet gepubliceerd, want er ontbreekt iets: Inschrijfformulier" in said
    assert not CourseEventPage.objects.get(pk=page.pk).live
    assert not Roster.objects.exists()


@pytest.mark.parametrize("route", [in_bulk, by_approval, by_schedule, by_code])
def test_a_course_keeps_room_for_the_dates_that_inherit_its_maximum(
    boss, event, make_sign_up, course, time_machine, route
):
    course = CoursePage.objects.get(pk=course.pk)
    course.capacity = 1
    course.save_revision()
    for _number in range(2):
        make_sign_up()

    assert f"{event.code}: 1 is te laag" in route(boss, course, time_machine)
    assert CoursePage.objects.get(pk=course.pk).capacity == 24


def test_the_others_of_a_bulk_are_published(boss, draft_without_return_day, course):
    other = CourseEventPage.objects.exclude(pk=draft_without_return_day.pk).get()
    other.title = "Cursus Texel"
    other.save_revision()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    chosen = f"id={draft_without_return_day.pk}&id={other.pk}"

    shown = boss.post(f"{url}?{chosen}&next=/admin/", follow=True).text

    assert "is niet gepubliceerd" in shown
    assert "1 pagina is gepubliceerd" in shown
    assert CourseEventPage.objects.get(pk=other.pk).title == "Cursus Texel"


def test_a_schedule_that_is_refused_is_a_to_do_until_staff_act(
    boss, make_client, draft_without_return_day, time_machine
):
    page = draft_without_return_day
    by_schedule(boss, page, time_machine)

    [line] = [item for item in to_do.for_user(boss.user) if "geplande moment" in item.label]
    assert (line.number, line.url) == (1, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert not [
        item
        for item in to_do.for_user(make_client("Teksten").user)
        if "geplande moment" in item.label
    ]

    CourseEventPage.objects.get(pk=page.pk).save_revision()
    assert not [item for item in to_do.for_user(boss.user) if "geplande moment" in item.label]


def test_the_pages_planned_after_it_are_published(
    boss, draft_without_return_day, course, time_machine
):
    course = CoursePage.objects.get(pk=course.pk)
    course.introduction = "Nieuw"
    revision = course.save_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() + SOON)

    by_schedule(boss, draft_without_return_day, time_machine)

    assert CoursePage.objects.get(pk=course.pk).introduction == "Nieuw"


# --- Going back to an earlier version ------------------------------------------------------------


def revert(boss, page, revision):
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision.pk])
    form = boss.get(url).context["form"]
    parts = [part.instance for part in form.formsets["parts"].forms]
    data = form_data(page, parts=parts) | {"action-publish": "publish", "revision": revision.pk}
    for number, part in enumerate(form.formsets["parts"].forms):
        data[f"parts-{number}-key"] = str(part["key"].value())
    data["parts-INITIAL_FORMS"] = len(parts)
    return boss.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def test_a_part_that_was_removed_comes_back_under_its_key(boss, event, make_sign_up):
    page = CourseEventPage.objects.get(pk=event.page.pk)
    both = page.get_latest_revision()
    keys = [part.key for part in page.parts.all()]
    page.parts = [page.parts.all()[0]]
    factories.publish(page)
    assert CourseEventPage.objects.get(pk=page.pk).parts.count() == 1

    assert revert(boss, page, both).status_code == 302

    page = CourseEventPage.objects.get(pk=page.pk)
    assert [part.key for part in page.parts.all()] == keys


def test_a_version_whose_rows_are_gone_is_published(boss, event, make_sign_up):
    """A page that lost a part before that was refused, with people on it, is repaired this way."""
    make_sign_up()
    page = CourseEventPage.objects.get(pk=event.page.pk)
    both = page.get_latest_revision()
    keys = {part.key for part in page.parts.all()}
    page.parts.last().delete()
    assert list(invariants.violations())

    assert revert(boss, page, both).status_code == 302

    page = CourseEventPage.objects.get(pk=page.pk)
    assert {part.key for part in page.parts.all()} == keys
    assert list(invariants.violations()) == []


def test_each_part_that_staff_add_gets_a_key_of_its_own(boss, event):
    page = boss.get(reverse("wagtailadmin_pages:edit", args=[event.page.pk]))
    formset = page.context["form"].formsets["parts"]

    assert formset.empty_form["key"].value() is None
    shown = [str(form["key"].value()) for form in formset.forms]
    assert shown == [str(part.key) for part in event.parts]
    assert page.text.count(f'value="{shown[0]}"') == 1
