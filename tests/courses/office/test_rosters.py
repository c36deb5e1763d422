import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain import cancellations, payments, rosters
from courses.models import CourseEventPage, Roster

LIST = "/admin/rosters/"


def edit(event):
    return reverse("rosters:edit", args=[event.roster.pk])


@pytest.fixture
def busy(event, make_sign_up):
    payments.record(make_sign_up(), by=None)
    make_sign_up()
    make_sign_up(admission="exception")
    cancellations.cancel(make_sign_up(), by=None)
    make_sign_up(kind="alumni", admission="alumni")
    return event


def row_of(response, event):
    return next(row for row in response.context["table"].data if row.pk == event.roster.pk)


def test_the_list_counts_places_per_part_and_people_per_state(office, busy):
    response = office.get(LIST)
    row = row_of(response, busy)
    assert row.parts == [
        {"label": "Cursusdagen", "taken": 3},
        {"label": "Terugkomdag", "taken": 4},
    ]
    assert {str(cell["state"]): cell["number"] for cell in row.numbers} == {
        "confirmed": 1,
        "awaiting_payment": 1,
        "review": 2,
    }
    assert "4/24" in response.text
    assert busy.code in response.text
    assert "no-store" in response["Cache-Control"]


def test_the_list_shows_that_availability_is_overridden(office, event):
    Roster.objects.filter(pk=event.roster.pk).update(availability_override="full")
    assert "zegt: Vol" in office.get(LIST).text


def test_the_next_date_comes_first_and_past_dates_last(office, event):
    first = event.roster.first_day
    numbers = {}
    for days in (-400, -200, 30):
        day = first + datetime.timedelta(days=days)
        made = Roster.objects.create(
            translation_key=uuid.uuid4(),
            code=f"RT{days}",
            capacity=24,
            minimum=12,
            first_day=day,
            last_day=day,
        )
        numbers[made.pk] = days
    rows = office.get(LIST).context["table"].data
    assert [numbers.get(row.pk, 0) for row in rows] == [0, 30, -200, -400]


@pytest.mark.parametrize(("when", "number"), [("coming", 1), ("begun", 0), ("", 1)])
def test_the_list_is_filtered_by_coming_and_begun(office, event, when, number):
    assert len(office.get(LIST, {"when": when}).context["object_list"]) == number


def test_the_list_makes_no_more_queries_for_more_dates(office, event, make_event):
    few = queries_of(office, LIST)
    make_event()
    make_event()
    assert queries_of(office, LIST) == few <= 20


def test_the_page_of_a_group_makes_no_more_queries_for_more_people(office, event, make_sign_up):
    payments.record(make_sign_up(), by=None)
    few = queries_of(office, edit(event))
    for _person in range(2):
        payments.record(make_sign_up(), by=None)
    assert queries_of(office, edit(event)) == few <= 24  # no list, and about many things


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_staff_say_whether_people_can_sign_up(office, event):
    response = office.post(
        edit(event), {"state": "closed", "availability_override": "few"}, follow=True
    )
    assert response.status_code == 200
    roster = Roster.objects.get()
    assert (roster.state, roster.availability_override) == ("closed", "few")


@pytest.mark.parametrize("state", ["going_ahead", "called_off"])
def test_the_form_does_not_decide_whether_a_date_goes_ahead(office, event, state):
    office.post(edit(event), {"state": state, "availability_override": ""})
    assert Roster.objects.get().state == "planned"


def test_only_state_and_availability_can_be_changed(office, event):
    office.post(
        edit(event),
        {"state": "closed", "availability_override": "", "capacity": "500", "code": "X"},
    )
    roster = Roster.objects.get()
    assert (roster.state, roster.capacity, roster.code) == ("closed", 24, event.code)


def test_unknown_state_is_refused(office, event):
    assert office.post(edit(event), {"state": "x"}).status_code == 200
    assert Roster.objects.get().state == "planned"


def test_decide_waits_for_the_lock(event, monkeypatch):
    locked = []
    lock = rosters.lock
    monkeypatch.setattr(rosters, "lock", lambda pk: locked.append(pk) or lock(pk))
    rosters.set_availability(event.roster, state="closed", availability_override="")
    assert locked == [event.roster.pk]


def test_history_says_who_decided(office, event):
    office.post(edit(event), {"state": "closed", "availability_override": ""})
    response = office.get(reverse("rosters:history", args=[event.roster.pk]))
    assert "bureau" in response.text


def test_nothing_can_be_added_or_deleted(make_client, event):
    boss = make_client("superuser")
    for path in ("new/", f"delete/{event.roster.pk}/", f"{event.roster.pk}/delete/"):
        assert boss.post(LIST + path).status_code == 404
    assert "/new/" not in boss.get(LIST).text


def test_the_page_of_a_date_says_who_comes(office, make_client, busy):
    address = reverse("wagtailadmin_pages:edit", args=[busy.page.pk])
    shown = office.get(address).text
    assert reverse("rosters:people", args=[busy.roster.pk]) in shown
    assert edit(busy) in shown
    assert reverse("sign_ups:index") not in make_client("Teksten").get(address).text


@pytest.mark.parametrize("address", [LIST, None])
def test_lists_and_pages_of_groups_link_to_their_people(office, busy, address):
    people = reverse("rosters:people", args=[busy.roster.pk])
    assert f'href="{people}"' in office.get(address or edit(busy)).text


def test_a_date_without_a_roster_has_no_panel_about_people(office, course):
    page = CourseEventPage(title="Concept", slug="concept", live=False)
    course.add_child(instance=page)
    response = office.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    assert "Wie komt er?" not in response.text
