"""Changes of days and venues: who is told, in which words, and how often."""

import datetime

import pytest
from django.utils import translation
from icalendar import Calendar

from courses.documents import calendar
from courses.domain import cancellations, changes, go_no_go, rosters
from courses.models import Roster, SignUp
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(institute):
    """A date with three parts, of which alumni may join the last."""
    return factories.event(
        parts=[
            factories.part(60, 61, label="Lesdagen", place="Dalfsen"),
            factories.part(90, label="Oefendag", place="Zwolle", venue="De Hal"),
            factories.part(150, label="Terugkomdag", place="Dalfsen", open_to_alumni=True),
        ]
    )


def change(event, which, **facts):
    """Publish the page with other facts of one of its parts."""
    page = type(event.facts).objects.get(pk=event.facts.pk)
    parts = list(page.parts.all())
    part = next(part for part in parts if part.label == which)
    for name, value in facts.items():
        setattr(part, name, value)
    page.parts = parts
    factories.publish(page)
    return Roster.objects.get(pk=event.roster.pk)


def move(event, label, offset):
    return change(event, label, first_day=factories.day(offset), last_day=factories.day(offset))


def lines(roster):
    return {notice.sign_up.pk: notice.lines() for notice in changes.pending(roster)}


def tell(roster):
    return changes.tell_everybody(roster, version=changes.version_of(roster))


def mails():
    return OutgoingMail.objects.filter(kind="changed").order_by("pk")


def file_of(mail):
    attachment = mail.attachments.get()
    return Calendar.from_ical(bytes(attachment.content))


@pytest.mark.parametrize(
    ("label", "facts", "said"),
    [
        (
            "Lesdagen",
            {"venue": "De Stokte", "address": "Dorpsstraat 1"},
            "Lesdagen: de locatie is nu De Stokte, Dorpsstraat 1, Dalfsen",
        ),
        (
            "Oefendag",
            {"venue": ""},
            "Oefendag: de plaats is nu Zwolle, de exacte locatie volgt nog",
        ),
        (
            "Oefendag",
            {"starts_at": datetime.time(9, 30), "ends_at": datetime.time(17)},
            "Oefendag: nu van 09:30 tot 17:00 uur",
        ),
        ("Oefendag", {"starts_at": datetime.time(9, 30)}, "Oefendag: nu vanaf 09:30 uur"),
        ("Oefendag", {"label": "Oefenen"}, None),
        ("Oefendag", {"open_to_alumni": False}, None),
    ],
)
def test_a_change_in_words(event, label, facts, said):
    person = factories.sign_up(event)
    assert lines(change(event, label, **facts)) == ({person.pk: [said]} if said else {})


def test_a_moved_day_is_mentioned_with_the_former_one(event):
    person = factories.sign_up(event)
    roster = move(event, "Oefendag", 91)
    former, now = (event.parts[1].days_in_words, events.of_roster(roster).parts[1].days_in_words)
    assert lines(roster) == {person.pk: [f"Oefendag: van {former} naar {now}"]}
    with translation.override("en"):
        [[line]] = lines(roster).values()
    assert line.startswith("Oefendag: from ")


def test_added_and_removed_parts_are_changes_but_not_parts_that_are_over(institute):
    event = factories.event(
        parts=[factories.part(-3, label="Begin"), factories.part(30, label="Midden")]
    )
    sign_ups = SignUp.objects.all()
    factories.sign_up(factories.event(event.course), factories.application())
    sign_ups.update(roster=event.roster)
    page = event.facts
    begin, middle = page.parts.all()
    begin.venue = "Te laat"
    page.parts = [begin, factories.part(40, label="Einde")]
    factories.publish(page)

    [notice] = changes.pending(Roster.objects.get(pk=event.roster.pk))
    assert [line.split(" ")[0] for line in notice.lines()] == ["Einde", "Midden"]
    assert [(c.before, c.after) == (None, None) for c in notice.changes] == [False, False]
    assert notice.changes[1].before.key == middle.key


def test_everybody_concerned_is_mailed_once_with_a_corrected_calendar_file(event):
    people = [factories.sign_up(event) for _number in range(2)]
    cancellations.cancel(factories.sign_up(event), by=None)
    roster = change(event, "Lesdagen", venue="De Stokte")
    later = factories.sign_up(factories.again(event))
    assert set(lines(roster)) == {person.pk for person in people}
    assert changes.rosters_to_tell() == [roster]

    version = changes.version_of(roster)
    assert changes.tell_everybody(roster, version=version) == 2
    for again in (roster, Roster.objects.get(pk=roster.pk)):
        with pytest.raises(changes.StaleChangeError):
            changes.tell_everybody(again, version=version)

    assert [mail.to for mail in mails()] == [person.email for person in people]
    assert later.email not in {mail.to for mail in mails()}
    assert "de locatie is nu De Stokte, Dalfsen" in mails()[0].body_text
    entries = file_of(mails()[0]).events
    assert [str(entry["UID"]) for entry in entries] == [
        f"signup-{people[0].pk}-{number}@runningtherapie" for number in (1, 2, 3)
    ]
    assert {entry["SEQUENCE"] for entry in entries} == {1}
    assert str(entries[0]["LOCATION"]) == "De Stokte, Dalfsen"
    assert changes.pending(Roster.objects.get(pk=roster.pk)) == []
    assert changes.rosters_to_tell() == []


def test_each_person_is_told_what_they_do_not_know(event):
    first = factories.sign_up(event)
    change(event, "Lesdagen", venue="De Stokte")
    second = factories.sign_up(factories.again(event))
    roster = change(event, "Oefendag", venue="Het Park")
    venue, park = "Lesdagen: de locatie is nu De Stokte", "Oefendag: de locatie is nu Het Park"
    assert lines(roster) == {
        first.pk: [f"{venue}, Dalfsen", f"{park}, Zwolle"],
        second.pk: [f"{park}, Zwolle"],
    }
    assert changes.count_lines(changes.pending(roster)) == [
        (f"{venue}, Dalfsen", 1),
        (f"{park}, Zwolle", 2),
    ]

    change(event, "Oefendag", venue="De Hal")
    roster = change(event, "Lesdagen", venue="")
    assert list(lines(roster)) == [second.pk]  # for the first person nothing has changed in the end


def test_alumni_are_told_about_their_own_part_only(event):
    course = factories.sign_up(event)
    alumnus = factories.sign_up(event, kind="alumni")
    assert list(lines(change(event, "Lesdagen", venue="De Stokte"))) == [course.pk]
    roster = change(event, "Terugkomdag", venue="De Stokte")
    assert lines(roster)[alumnus.pk] == ["Terugkomdag: de locatie is nu De Stokte, Dalfsen"]

    tell(roster)
    file = file_of(mails().get(to=alumnus.email))
    assert [entry.start for entry in file.events] == [event.parts[-1].first_day]


def test_days_that_no_longer_exist_are_cancelled_in_calendars(institute):
    hours = {"starts_at": datetime.time(9, 30), "ends_at": datetime.time(17)}
    event = factories.event(parts=[factories.part(60, 62, **hours)])
    person = factories.sign_up(event)
    roster = change(event, "Lesdagen", last_day=factories.day(61))
    tell(roster)

    entries = {str(entry["UID"]): str(entry["STATUS"]) for entry in file_of(mails()[0]).events}
    uid = f"signup-{person.pk}-1-%s@runningtherapie"
    assert entries == {uid % 1: "CONFIRMED", uid % 2: "CONFIRMED", uid % 3: "CANCELLED"}
    afterwards = calendar.for_sign_up(
        SignUp.objects.get(pk=person.pk), events.of_roster(event.roster)
    )
    assert len(Calendar.from_ical(afterwards).events) == 2


def test_a_change_can_be_dismissed_without_a_mail(event):
    factories.sign_up(event)
    roster = change(event, "Lesdagen", venue="De Stokte")
    assert changes.dismiss(roster, version=changes.version_of(roster)) == 1
    roster.refresh_from_db()
    assert (changes.pending(roster), roster.calendar_sequence) == ([], 1)
    assert mails().count() == 0


def test_people_are_told_only_what_staff_were_shown(event):
    factories.sign_up(event)
    roster = change(event, "Lesdagen", venue="De Stokte")
    looked_at = changes.version_of(roster)
    change(event, "Lesdagen", venue="De Stoker")
    with pytest.raises(changes.StaleChangeError):
        changes.tell_everybody(roster, version=looked_at)
    assert mails().count() == 0


def test_the_calendar_sequence_grows_with_each_published_change(event):
    roster = event.roster
    assert (roster.calendar_sequence, len(roster.told["versions"])) == (0, 1)
    roster = change(event, "Lesdagen", venue="De Stokte")  # nobody to tell yet
    assert (roster.calendar_sequence, len(roster.told["versions"])) == (1, 1)
    factories.publish(factories.again(event).facts)
    assert Roster.objects.get(pk=roster.pk).calendar_sequence == 1
    go_no_go.call_off(roster, by=None)
    assert Roster.objects.get(pk=roster.pk).calendar_sequence == 2


def test_a_roster_from_before_versions_were_recorded_gets_one(event):
    person = factories.sign_up(event)
    Roster.objects.update(told={})
    rosters.record_what_was_told()
    roster = change(event, "Lesdagen", venue="De Stokte")
    assert list(lines(roster)) == [person.pk]
