import pytest
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


def test_list_counts_places_per_part_and_people_per_state(office, busy):
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


def test_list_shows_an_override_as_one(office, event):
    Roster.objects.filter(pk=event.roster.pk).update(availability_override="full")
    assert "zegt: Vol" in office.get(LIST).text


@pytest.mark.parametrize(("when", "number"), [("coming", 1), ("begun", 0), ("", 1)])
def test_filter_by_time(office, event, when, number):
    assert len(office.get(LIST, {"when": when}).context["object_list"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_database_no_more_for_more_dates(
    number, office, make_event, django_assert_max_num_queries
):
    for _number in range(number):
        make_event()
    office.get(LIST)
    with django_assert_max_num_queries(28):
        office.get(LIST)


def test_staff_decide(office, event):
    response = office.post(
        edit(event), {"state": "going_ahead", "availability_override": "few"}, follow=True
    )
    assert response.status_code == 200
    roster = Roster.objects.get()
    assert (roster.state, roster.availability_override) == ("going_ahead", "few")


def test_calling_off_asks_first(office, busy):
    data = {"state": "called_off", "availability_override": ""}
    question = office.post(edit(busy), data)
    assert Roster.objects.get().state == "planned"
    assert "Deze datum afgelasten?" in question.text
    assert "1 bevestigd" in question.text
    office.post(edit(busy), data | {"confirmed": "yes"})
    assert Roster.objects.get().state == "called_off"


def test_no_question_when_it_is_off_already(office, event):
    Roster.objects.update(state="called_off")
    office.post(edit(event), {"state": "called_off", "availability_override": "full"})
    assert Roster.objects.get().availability_override == "full"


def test_only_the_decisions_can_be_changed(office, event):
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
    rosters.decide(event.roster, state="closed", availability_override="")
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
    assert f"{reverse('sign_ups:index')}?roster={busy.roster.pk}" in shown
    assert edit(busy) in shown
    assert reverse("sign_ups:index") not in make_client("Teksten").get(address).text


def test_a_date_without_group_says_nothing(office, course):
    page = CourseEventPage(title="Concept", slug="concept", live=False)
    course.add_child(instance=page)
    response = office.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    assert "Wie komt er?" not in response.text
