"""Wherever people are listed they stand in the order of a Dutch list, on both databases."""

import csv
import io

import pytest
from django.urls import reverse

from courses.domain import payments, roster_messages
from courses.models import RosterMessage, SignUp
from courses.office.rosters import day_papers
from courses.office.rosters.presence import people_of
from courses.reading import events
from tests.courses.office.test_exports import rows_of_csv

WRITTEN = [
    ("Zoë", "", "Zwart"),
    ("Bea", "", "van der Berg"),
    ("Cor", "van den", "Berg"),
    ("Ad", "", "aalbers"),
    ("Ad", "", "Öz"),
    ("Ad", "van 't", "Oever"),
    ("Ad", "", "Pot"),
    ("Aad", "", "BERG"),
]
IN_ORDER = ["aalbers", "BERG", "van der Berg", "Berg", "Oever", "Öz", "Pot", "Zwart"]
NAMES = ("first_name", "infix", "last_name")


@pytest.fixture
def people(make_sign_up):
    made = [make_sign_up(**dict(zip(NAMES, name, strict=True))) for name in WRITTEN]
    return [payments.record(one, by=None) for one in made]


def url(name, event, **query):
    return reverse(f"rosters:{name}", args=[event.roster.pk], query=query or None)


def on_the_page(client, address, key="object_list"):
    return client.get(address).context[key]


def all_sign_ups(client, event):
    return on_the_page(client, reverse("sign_ups:index", query={"ordering": "last_name"}))


def backwards(client, event):
    found = on_the_page(client, reverse("sign_ups:index", query={"ordering": "-last_name"}))
    return list(found)[::-1]


def participants(client, event):
    return on_the_page(client, url("people", event))


def in_a_bulk_action(client, event):
    return on_the_page(client, url("bulk_record-payment", event, id="all"), "view").about


def presence(client, event):
    return [row["sign_up"] for row in on_the_page(client, url("presence", event), "rows")]


def papers(client, event):
    return [person.sign_up for person in people_of(event.roster, event)]


def recipients(client, event):
    message = RosterMessage(roster=event.roster, states=[SignUp.State.CONFIRMED])
    return [row.sign_up for row in roster_messages.recipients(message)]


def chosen_for_a_mail(client, event):
    everybody = SignUp.objects.in_bulk()
    address = url("message", event, person=sorted(everybody))
    chosen = on_the_page(client, address, "form").fields["people"].choices
    return [everybody[pk] for pk, _words in chosen]


@pytest.mark.parametrize(
    "listed",
    [
        all_sign_ups,
        backwards,
        participants,
        in_a_bulk_action,
        presence,
        papers,
        recipients,
        chosen_for_a_mail,
    ],
)
@pytest.mark.usefixtures("people")
def test_names_stand_in_order(office, event, listed):
    assert [row.last_name for row in listed(office, event)] == IN_ORDER


@pytest.mark.usefixtures("people")
def test_names_on_paper_stand_in_order(event):
    event = events.of_roster(event.roster)
    found = people_of(event.roster, event)
    shown = [person.sign_up.sort_name for person in found]

    facts = day_papers.list_facts(event, day_papers.days_of(event), found)
    badges = day_papers.badge_facts(event, found)

    assert [[one["name"] for one in day["people"]] for day in facts["days"]] == [shown] * 3
    assert [one["name"] for one in badges["people"]] == [one.sign_up.full_name for one in found]
    assert [name.partition(",")[0] for name in shown] == IN_ORDER


@pytest.mark.usefixtures("people")
def test_names_in_files_stand_in_order(office, event):
    office.post(url("people_columns", event), {"column": NAMES})
    exported = rows_of_csv(office.get(url("people", event), {"export": "csv"}))
    assert [row["Achternaam"] for row in exported] == IN_ORDER

    response = office.get(url("register", event, export="csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Achternaam"] for row in rows] == IN_ORDER
