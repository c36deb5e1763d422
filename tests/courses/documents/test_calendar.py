"""The calendar file of a sign-up, read by a parser for calendars."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from icalendar import Calendar

from courses.documents import calendar as calendar_files
from courses.domain import cancellations, go_no_go
from courses.models import Roster, SignUp
from mail.models import OutgoingMail
from tests import factories, visitors

pytestmark = pytest.mark.anywhere

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def calendar(client, **changes):
    token = visitors.status_path(client, **changes).strip("/").split("/")[-1]
    response = client.get(reverse("sign_up_calendar", args=[token]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return response, Calendar.from_ical(response.content)


def give_hours(starts_at=datetime.time(9, 30), ends_at=datetime.time(17)):
    page = visitors.coming_event().facts
    for part in page.parts.all():
        part.starts_at, part.ends_at = starts_at, ends_at
    page.save_revision().publish()


def test_each_part_is_one_entry_that_ends_the_day_after(loaded_site, client):
    event = visitors.coming_event()

    _response, read = calendar(client)

    assert [(entry.start, entry.end) for entry in read.events] == [
        (part.first_day, part.last_day + datetime.timedelta(days=1)) for part in event.parts
    ]


def test_hours_make_an_entry_for_each_day_in_dutch_time(loaded_site, client):
    give_hours()
    event = visitors.coming_event()

    _response, read = calendar(client)

    days = [day for part in event.parts for day in part.days]
    assert [entry.start.astimezone(AMSTERDAM) for entry in read.events] == [
        datetime.datetime.combine(day, datetime.time(9, 30), AMSTERDAM) for day in days
    ]
    assert [entry.end - entry.start for entry in read.events] == [
        datetime.timedelta(hours=7, minutes=30)
    ] * len(days)
    assert [zone.tz_name for zone in read.timezones] == ["Europe/Amsterdam"]


def test_days_without_hours_need_no_time_zone(loaded_site, client):
    _response, read = calendar(client)

    assert read.timezones == []


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [(datetime.time(9, 30), datetime.time(17)), (datetime.time(19), datetime.time(23, 59))],
)
def test_a_start_without_an_end_lasts_until_the_end_of_the_day(
    loaded_site, client, starts_at, ends_at
):
    give_hours(starts_at, ends_at=None)

    _response, read = calendar(client)

    assert len(read.events) == sum(len(part.days) for part in visitors.coming_event().parts)
    assert {entry.end.time() for entry in read.events} == {ends_at}


def test_staff_are_asked_when_a_part_with_a_start_ends(loaded_site):
    part = visitors.coming_event().facts.parts.first()
    part.starts_at = datetime.time(9)

    with pytest.raises(ValidationError) as refused:
        part.full_clean()
    assert list(refused.value.message_dict) == ["ends_at"]


def test_entries_keep_their_uids_when_the_file_is_fetched_again(loaded_site, client):
    token = visitors.status_path(client).strip("/").split("/")[-1]
    address = reverse("sign_up_calendar", args=[token])

    first, second = (Calendar.from_ical(client.get(address).content) for _time in range(2))

    uids = [str(entry["UID"]) for entry in first.events]
    assert uids == [str(entry["UID"]) for entry in second.events]
    assert len(set(uids)) == len(uids)


def test_an_entry_has_title_place_code_and_url(loaded_site, client):
    event = visitors.coming_event()

    response, read = calendar(client)

    entry = read.events[0]
    assert str(entry["SUMMARY"]) == f"{event.title}: {event.parts[0].name}"
    assert str(entry["LOCATION"]).startswith(event.parts[0].place)
    assert event.code in str(entry["DESCRIPTION"])
    assert str(entry["URL"]) == f"http://testserver{event.url}"
    assert response["Content-Disposition"] == f'attachment; filename="{event.code}.ics"'


def test_lines_are_folded_and_end_in_crlf(loaded_site, client):
    page = visitors.coming_event().facts
    page.title = "Driedaagse cursus, met een heel lange titel; en “leestekens” \\ zo " * 3
    page.save_revision().publish()

    response, read = calendar(client)

    lines = response.content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in response.content.replace(b"\r\n", b"")
    assert str(read.events[0]["SUMMARY"]).startswith(page.title)


def test_alumni_get_their_return_day_only(loaded_site, client):
    event = visitors.coming_event()
    url = visitors.form_url(SignUp.Kind.ALUMNI, event)
    done = visitors.send(client, url, visitors.filled_in_by_alumnus(), "confirm")
    token = done["Location"].strip("/").split("/")[-1]

    read = Calendar.from_ical(client.get(reverse("sign_up_calendar", args=[token])).content)

    assert [entry.start for entry in read.events] == [event.parts[-1].first_day]


def test_the_mail_about_a_cancellation_cancels_the_entries(event, office):
    person = factories.sign_up(event)
    before = Calendar.from_ical(calendar_files.for_sign_up(person, event))
    cancellations.cancel(person, by=office)

    attached = OutgoingMail.objects.get(kind="cancelled").attachments.get()
    after = Calendar.from_ical(bytes(attached.content))
    assert attached.mimetype == f"text/calendar; method={after['METHOD']}"
    assert str(after["METHOD"]) == "CANCEL"
    assert [(e["UID"], str(e["STATUS"]), e["SEQUENCE"]) for e in after.events] == [
        (e["UID"], "CANCELLED", e["SEQUENCE"] + 1) for e in before.events
    ]


def test_entries_move_to_another_date_with_the_sign_up(event):
    """The same entries in a newer version, even if the other date has changed less often."""
    person = factories.sign_up(event)
    event.roster.calendar_sequence = person.roster.calendar_sequence = 5
    other = factories.event(event.course)
    before = Calendar.from_ical(calendar_files.for_sign_up(person, event))
    person.calendar_sequence = calendar_files.sequence_on(other.roster, person)
    person.roster = other.roster

    after = Calendar.from_ical(calendar_files.for_sign_up(person, other))
    assert [e["UID"] for e in after.events] == [e["UID"] for e in before.events]
    assert {e["SEQUENCE"] for e in before.events} == {5}
    assert {e["SEQUENCE"] for e in after.events} == {6}
    assert calendar_files.sequence_on(Roster(calendar_sequence=9), person) == 0


def test_a_file_names_its_organizer(event):
    factories.settings(email="info@example.nl", institute_name="Instituut")
    read = Calendar.from_ical(calendar_files.for_sign_up(factories.sign_up(event), event))
    assert {str(entry["ORGANIZER"]) for entry in read.events} == {"mailto:info@example.nl"}
    assert {entry["ORGANIZER"].params["CN"] for entry in read.events} == {"Instituut"}


def test_a_date_that_was_called_off_is_cancelled_in_calendars(event):
    person = factories.sign_up(event)
    roster = go_no_go.call_off(event.roster, by=None)
    person.roster = roster
    read = Calendar.from_ical(calendar_files.for_sign_up(person, factories.again(event)))
    assert {(str(e["STATUS"]), e["SEQUENCE"]) for e in read.events} == {("CANCELLED", 1)}
