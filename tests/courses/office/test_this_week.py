"""The start page of the CMS: the coming dates and to-dos that each group may see."""

import datetime

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import to_do
from courses.domain import invoices, payments, refunds
from courses.models import CourseEventPart, Refund, Roster, SignUp
from courses.office.rosters import meter
from courses.office.start.this_week import SHOWN, ThisWeekPanel, coming
from tests import factories
from tests.courses.office.conftest import *  # noqa: F403  a course, a date, people, browsers

pytestmark = pytest.mark.anywhere


def lines(user):
    """{address: number} of the to-dos."""
    return {item.url: item.number for item in to_do.for_user(user)}


def panel(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return ThisWeekPanel().get_context_data({"request": request})


@pytest.fixture
def work(event, make_event, make_sign_up):
    """One row for each kind of to-do, in an institute that has filled in its own data."""
    factories.settings()
    make_sign_up(admission="exception", motivation="Ik loop.")
    late = make_sign_up()
    SignUp.objects.filter(pk=late.pk).update(hold_until=timezone.now() + datetime.timedelta(days=1))
    paid = make_sign_up()
    payments.record(paid, by=None)
    refunds.create(paid.payments.get(), 100, reason=Refund.Reason.OFFICE, is_due=True)
    owing = make_sign_up()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    invoices.issue(owing, due_on=yesterday)
    soon = make_event("Cursus Zwolle", timezone.localdate() + datetime.timedelta(days=30))
    CourseEventPart.objects.exclude(page=soon.facts).update(venue="Zaal 1")
    return soon


TO_JUDGE = "/admin/sign-ups/?state=review"
UNPAID = "/admin/sign-ups/?payment=ending"
MONEY_BACK = "/admin/refunds/"
OVERDUE = "/admin/invoices/?due=overdue"
VENUE = "/admin/rosters/?venue=missing"


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("Teksten", set()),
        ("Cursussen", {VENUE}),
        ("Bureau", {TO_JUDGE, UNPAID, OVERDUE}),
        ("Geld", {MONEY_BACK, OVERDUE}),
        ("Eigenaar", {TO_JUDGE, UNPAID, MONEY_BACK, OVERDUE, VENUE}),
    ],
)
def test_each_group_sees_what_it_can_resolve(work, make_client, role, seen):
    found = lines(make_client(role).user)
    ours = {TO_JUDGE, UNPAID, MONEY_BACK, OVERDUE, VENUE}
    assert {url: found[url] for url in ours & set(found)} == dict.fromkeys(seen, 1)


@pytest.mark.parametrize("address", [TO_JUDGE, UNPAID, MONEY_BACK, OVERDUE, VENUE])
def test_each_line_links_to_exactly_its_rows(work, make_client, address):
    shown = make_client("Eigenaar").get(address)
    assert shown.context["paginator"].count == 1


@pytest.mark.parametrize(
    ("taken", "final", "words"),
    [
        (11, 11, "minimum 12: nog 1 nodig · plaats voor 24"),
        (13, 9, "minimum 12: gehaald als iedereen definitief wordt · plaats voor 24"),
        (13, 12, "minimum 12: gehaald · plaats voor 24"),
    ],
)
def test_the_meter_says_in_words_how_many_are_needed_and_how_many_fit(taken, final, words):
    assert meter.Meter(taken=taken, final=final, minimum=12, capacity=24).words == words


def test_to_dos_are_in_order_of_urgency(work, make_client):
    waiting = to_do.for_user(make_client("Eigenaar").user)
    assert [item.order for item in waiting] == sorted(item.order for item in waiting)
    assert waiting[0].url == TO_JUDGE


def test_without_to_dos_the_page_says_so(course, make_client, monkeypatch):
    # What visitors still miss of this course is asked of whoever edits its page.
    monkeypatch.setattr("courses.office.start.visitors._missing", lambda user: [])
    text = make_client("Teksten").get("/admin/").text
    assert "Er wacht niets op u" in text


def test_the_week_runs_from_monday_to_sunday(course, make_client, time_machine):
    time_machine.move_to(datetime.datetime(2026, 12, 31, 12, tzinfo=datetime.UTC))
    week = panel(make_client("no group").user)["week"]
    assert week == "28 t/m 31 december 2026 en 1, 2 en 3 januari 2027"


def test_coming_dates_show_how_full_they_are(event, make_sign_up):
    make_sign_up()
    payments.record(make_sign_up(), by=None)
    [roster] = coming()
    assert roster.places == ["Dalfsen"]
    assert (roster.meter.taken, roster.meter.final) == (2, 1)
    assert [(row["state"], row["number"]) for row in roster.numbers] == [
        ("confirmed", 1),
        ("awaiting_payment", 1),
    ]
    assert roster.decide_on < roster.first_day


def test_dates_that_are_over_or_called_off_are_not_coming(event, make_event):
    Roster.objects.update(state=Roster.State.CALLED_OFF)
    make_event("Cursus van toen")
    past = timezone.localdate() - datetime.timedelta(days=1)
    Roster.objects.exclude(state=Roster.State.CALLED_OFF).update(first_day=past, last_day=past)
    assert coming() == []


def test_the_start_page_names_nobody(work, make_client):
    """The page is open on a desk all day, so it only has numbers."""
    assert "Öztürk" not in make_client("Eigenaar").get("/admin/").text


@pytest.mark.parametrize(
    ("role", "dates", "people", "new_date"),
    [
        ("Teksten", False, False, False),
        ("Cursussen", True, False, True),
        ("Bureau", True, True, False),
        ("Geld", True, True, False),
        ("Eigenaar", True, True, True),
    ],
)
def test_each_group_has_its_buttons(event, make_client, role, dates, people, new_date):
    text = make_client(role).get("/admin/").text
    assert (reverse("rosters:edit", args=[event.roster.pk]) in text) == dates
    assert ('id="this-week-find"' in text) == people
    assert (f'href="{reverse("new_date")}"' in text) == new_date


def test_the_start_page_makes_no_more_queries_for_more_dates(
    work, make_event, make_sign_up, make_client
):
    """At most twenty for each group, after a first request has filled the cache."""
    roles = ("Teksten", "Cursussen", "Bureau", "Geld", "Eigenaar", "superuser")
    clients = {role: make_client(role) for role in roles}
    few = {role: queries_of(client) for role, client in clients.items()}
    for number in range(SHOWN):
        day = timezone.localdate() + datetime.timedelta(days=20 + number)
        another = make_event(f"Cursus {number}", day)
        make_sign_up(event=another)
        make_sign_up(event=another, admission="exception", motivation="Ik loop.")

    many = {role: queries_of(client) for role, client in clients.items()}

    assert many == few
    assert max(many.values()) <= 20


def queries_of(client):
    client.get("/admin/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/")
    return len(captured)


def test_to_dos_are_counted_in_one_query(make_sign_up, django_assert_num_queries):
    make_sign_up()
    make_sign_up(admission="exception", motivation="Ik loop.")
    people = SignUp.objects.order_by("last_name")
    with django_assert_num_queries(1):
        assert to_do.counts(
            [people, people.filter(state="review"), people.none(), Roster.objects.all()]
        ) == [2, 1, 0, 1]
    assert to_do.counts([]) == []


def test_the_start_page_is_up_to_date_after_a_change_by_staff(work, make_client):
    owner = make_client("Eigenaar")
    assert TO_JUDGE in owner.get("/admin/").text.replace("&amp;", "&")
    SignUp.objects.filter(state="review").update(state="cancelled")
    assert TO_JUDGE not in owner.get("/admin/").text.replace("&amp;", "&")


def test_the_institutes_own_data_are_asked_for_first(work, make_client):
    url = reverse("wagtailsettings:edit", args=["core", "sitesettings"])
    owner, money = make_client("Eigenaar").user, make_client("Geld").user
    assert url not in [item.url for item in to_do.for_user(owner)]

    factories.settings(iban="", kvk_number="")
    first, *_others = to_do.for_user(owner)

    assert (first.url, first.number) == (url, 2)
    assert first.label == (
        "gegevens van het instituut ontbreken, dus er gaat geen factuur de deur uit:"
        " KvK-nummer, bankrekening (IBAN)"
    )
    assert url not in [item.url for item in to_do.for_user(money)]
