"""Calendar files as other programs read them: a second parser, the rules of RFC 5545 and the
quirks of Outlook, Google and Apple that are known.
"""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.rrule import rrulestr

from courses.documents import calendar
from courses.domain import cancellations, go_no_go
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.anywhere

HOURS = {"starts_at": datetime.time(9, 30), "ends_at": datetime.time(17)}
YEARS = range(2026, 2046)


def of_a_person(event, office):
    return calendar.for_sign_up(factories.sign_up(event), event)


def of_somebody_who_cancelled(event, office):
    cancellations.cancel(factories.sign_up(event), by=office)
    return bytes(OutgoingMail.objects.get(kind="cancelled").attachments.get().content)


def of_a_date(event, office):
    return calendar.for_event(event)


def as_a_feed(event, office):
    return calendar.feed([event, factories.event(event.course)], name="Data; en, meer")


FILES = [of_a_person, of_somebody_who_cancelled, of_a_date, as_a_feed]
OF_ONE = FILES[:3]


@pytest.fixture(params=[{}, HOURS], ids=["whole days", "hours"])
def date(request, institute):
    """A date in winter with a return day in summer."""
    parts = [factories.part(60, 61, **request.param), factories.part(200, **request.param)]
    return factories.event(parts=parts)


def lines_of(content):
    """The unfolded lines of a file."""
    return re.sub(r"\r\n[ \t]", "", content.decode()).split("\r\n")


def values(content, name):
    return [line for line in lines_of(content) if re.match(rf"{name}[;:]", line)]


@pytest.mark.parametrize("write", FILES)
def test_a_second_parser_reads_and_approves_each_file(date, office, write):
    read = vobject.readOne(write(date, office).decode())

    assert read.validate(raiseException=True)
    for entry in read.vevent_list:
        assert entry.validate(raiseException=True)
        assert entry.dtend.value > entry.dtstart.value


@pytest.mark.parametrize("write", FILES)
def test_each_file_keeps_to_the_standard(date, office, write):
    content = write(date, office)
    entries = content.count(b"BEGIN:VEVENT")

    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert lines_of(content)[-2:] == ["END:VCALENDAR", ""]
    for name in ("PRODID", "VERSION"):
        assert len(values(content, name)) == 1
    for name in ("UID", "DTSTAMP", "DTEND", "SEQUENCE", "SUMMARY", "STATUS"):
        assert len(values(content, name)) == entries, name
    assert len(set(values(content, "UID"))) == entries
    assert all(line.endswith("Z") for line in values(content, "DTSTAMP"))


@pytest.mark.parametrize("write", FILES)
def test_each_zone_that_is_named_is_in_the_file(date, office, write):
    content = write(date, office)
    named = set(re.findall(r";TZID=([^:;]+)", content.decode()))
    there = {line.removeprefix("TZID:") for line in values(content, "TZID")}

    assert named == there
    assert content.find(b"BEGIN:VTIMEZONE") < content.find(b"BEGIN:VEVENT")


def test_outlook_knows_summer_time(institute):
    """Outlook takes the rules of a zone, and ignores lists of dates (RDATE)."""
    content = calendar.for_event(factories.event(parts=[factories.part(60, **HOURS)]))
    amsterdam = ZoneInfo("Europe/Amsterdam")
    changes = set()
    for kind in ("STANDARD", "DAYLIGHT"):
        [found] = re.findall(rf"BEGIN:{kind}\r\n(.*?)END:{kind}", content.decode(), re.DOTALL)
        start = datetime.datetime.fromisoformat(re.search(r"DTSTART:(\S+)", found)[1])
        offset = re.search(r"TZOFFSETTO:\+(\d\d)", found)[1]
        rule = rrulestr(re.search(r"RRULE:(\S+)", found)[1], dtstart=start)
        for year in YEARS:
            [moment] = rule.between(
                datetime.datetime(year, 1, 1), datetime.datetime(year, 12, 31), inc=True
            )
            changes.add((moment.date(), int(offset)))

    def hours_from_utc(day):
        noon = datetime.datetime.combine(day, datetime.time(12), amsterdam)
        return noon.utcoffset() // datetime.timedelta(hours=1)

    days = [datetime.date(year, 1, 1) + datetime.timedelta(n) for year in YEARS for n in range(365)]
    before = datetime.timedelta(days=1)
    right = {
        (day, hours_from_utc(day))
        for day in days
        if hours_from_utc(day) != hours_from_utc(day - before)
    }
    assert changes == right
    assert b"RDATE" not in content


@pytest.mark.parametrize("write", OF_ONE)
def test_outlook_makes_no_new_calendar_of_the_file_of_one_date(date, office, write):
    assert values(write(date, office), "X-WR-CALNAME") == []


def test_apple_and_google_name_a_feed_they_follow(date, office):
    content = as_a_feed(date, office)

    assert values(content, "X-WR-CALNAME") == [r"X-WR-CALNAME:Data\; en\, meer"]
    assert values(content, "METHOD") == []  # a feed with a method is an invitation to Google


def test_google_shows_in_the_title_that_a_date_is_called_off(date, office):
    """Google shows nothing of STATUS:CANCELLED in a feed."""
    person = factories.sign_up(date)
    person.roster = go_no_go.call_off(date.roster, by=office)
    event = factories.again(date)

    for content in (calendar.feed([event], name="Data"), calendar.for_sign_up(person, event)):
        titles = values(content, "SUMMARY")
        assert titles
        assert all(title.startswith("SUMMARY:Gaat niet door: ") for title in titles)


def test_an_entry_that_is_taken_back_says_so_in_its_title(date, office):
    titles = values(of_somebody_who_cancelled(date, office), "SUMMARY")

    assert titles
    assert all(title.startswith("SUMMARY:Vervallen: ") for title in titles)


@pytest.mark.django_db
def test_the_file_of_one_date_has_the_date_in_its_name(date, client):
    response = client.get(f"{date.page.url}agenda.ics")

    assert response["Content-Disposition"] == f'attachment; filename="{date.code}.ics"'
    assert f"{date.first_day:%d%m%Y}" in response["Content-Disposition"]
    assert "Content-Disposition" not in client.get(f"{date.course.url}agenda.ics")
