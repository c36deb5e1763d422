"""Amounts, dates and ids above 999 have the same format for programs in every language."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import formats, translation
from icalendar import Calendar
from wagtail.users.models import UserProfile

from courses.domain import payments, swaps
from courses.gateways import mollie
from courses.models import Roster, SignUp, SwapOffer
from courses.reading import links
from tests import factories, tours, visitors

pytestmark = pytest.mark.anywhere

FIRST = 12_345
POSTGRES = "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)"


@pytest.fixture(params=["nl", "en"])
def institute(request, db):
    count_from(FIRST, Roster, SignUp, SwapOffer)
    with translation.override(request.param):
        yield tours.Institute(request.param)


def count_from(number, *models):
    """Make `number` the next id of each model."""
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in models):
            if connection.vendor == "postgresql":
                cursor.execute(POSTGRES, [table, number - 1])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, number - 1])


def values(response, name):
    return [field["value"] for field in visitors.soup(response).select(f"[name={name}]")]


def test_ids_above_999_survive_the_form_and_the_status_page(institute):
    other, client = institute.dates["other"].roster, institute.client
    # Only a date that nobody can join now is one to wish for.
    Roster.objects.filter(pk=other.pk).update(availability_override=Roster.Override.FULL)
    url = institute.event.sign_up_url
    wished = values(client.get(url), "swap_wishes")
    own = visitors.status_path(client, url=url, swap_wishes=str(other.pk))
    sign_up = SignUp.objects.latest("pk")
    preferred = values(client.get(own), "roster")
    client.post(links.status_path(sign_up, "sign_up_wishes"), {"roster": preferred})
    offer = swaps.offer(sign_up, other, by=factories.user())
    answers = visitors.soup(client.get(own)).select_one(".swap__answers")
    client.post(answers["action"], {"answer": "yes"})

    assert min(sign_up.pk, other.pk, offer.pk) >= FIRST
    assert str(other.pk) in wished
    assert str(other.pk) in preferred
    assert answers["action"].endswith(f"/{offer.pk}/")
    assert SignUp.objects.get(pk=sign_up.pk).roster == other


def test_amounts_and_dates_for_programs_are_not_localised(institute):
    event = institute.event
    payment = payments.start(institute.person())
    sign_up = payments.record(institute.person(), by=factories.user())
    cancel = institute.own(sign_up, "cancel")
    index = institute.index.localized.url
    months = [option["value"] for option in page(institute, index).select("select option")]
    starts = [
        {entry.start for entry in Calendar.from_ical(institute.get(path).content).events}
        for path in (institute.own(sign_up, "calendar"), f"{index}agenda.ics")
    ]
    sent = visitors.fields_of(visitors.last_form(institute.get(cancel)))
    institute.client.post(cancel, sent)

    assert mollie._amount(payment.amount_cents) == {"currency": "EUR", "value": "1195.00"}
    assert sent["expected_cents"] == ["119500"]
    assert SignUp.objects.get(pk=sign_up.pk).state == SignUp.State.CANCELLED
    assert f"{event.first_day:%Y-%m}" in months
    assert all({part.first_day for part in event.parts} <= days for days in starts)
    said = in_json(page(institute, event.url), "EducationEvent")
    assert (said["offers"]["price"], said["offers"]["priceCurrency"]) == ("1195.00", "EUR")
    days = (event.first_day.isoformat(), event.last_day.isoformat())
    assert (said["startDate"], said["endDate"]) == days


def page(institute, path):
    return visitors.soup(institute.get(path))


def in_json(html, kind):
    graph = json.loads(html.select_one('script[type="application/ld+json"]').string)["@graph"]
    return next(thing for thing in graph if thing["@type"] == kind)


def test_an_export_does_not_depend_on_the_language_of_staff(institute):
    payments.record(institute.person(), by=factories.user())
    dutch, english = (rows_for(language) for language in ("nl", "en"))

    assert english == dutch
    assert len(dutch) == 3  # the headings, this person, and the one who filled a date


def rows_for(language):
    """The rows of an export by a user whose CMS is in this language."""
    user = factories.user(f"staff-{language}")
    user.is_superuser = user.is_staff = True
    user.save()
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    client = Client()
    client.force_login(user)
    response = client.get(reverse("sign_ups:index"), {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_numbers_have_no_thousands_separator_by_default():
    for language in ("nl", "en"):
        with translation.override(language):
            assert formats.localize(FIRST) == "12345"
