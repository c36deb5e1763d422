"""Staff are told of letters that our fonts lack before a paper has boxes instead."""

import pytest
from django.urls import reverse

from courses.domain import presence
from courses.models import SignUp
from courses.office.people import letters
from courses.reading import events

ETHIOPIC = "ሰላም Haile"
SENTENCE = "Op onze papieren zouden hokjes staan in plaats van sommige letters van: {}."


def told(name):
    """What staff read about that name, and about no other."""
    return SENTENCE.format(name)


def roster_url(name, event, **query):
    return reverse(f"rosters:{name}", args=[event.roster.pk], query=query or None)


@pytest.fixture
def people(event, final, begun):
    """Two who were there, one of whom has a name in letters that no font of ours has."""
    made = [final("Noor", "Öztürk-Nguyễn"), final("ሰላም", "Haile")]
    shown = events.of_roster(event.roster)
    for person in made:
        presence.record_days(person, begun, begun, shown)
    return made


@pytest.mark.anywhere
@pytest.mark.parametrize("name", ["ሰላም", "ᚠᚢᚦ", "ก", "Noor 🏃"])
def test_letters_that_no_font_has_are_found(name):
    fine = [("a", "Łukasz Żółć"), ("b", "Nguyễn"), ("c", "محمد"), ("d", "李 김민준"), ("e", "")]
    assert letters.unreadable([*fine, ("f", name)]) == ["f"]
    assert letters.unreadable(fine) == letters.unreadable([]) == []


@pytest.mark.parametrize(
    "address",
    [
        lambda event, people: roster_url("edit", event),
        lambda event, people: roster_url("certificates", event),
        lambda event, people: roster_url("bulk_certificates", event, id="all"),
        lambda event, people: reverse("sign_ups:inspect", args=[people[1].pk]),
    ],
)
def test_staff_are_told_before_papers_are_made(office, event, people, address):
    assert told(ETHIOPIC) in office.get(address(event, people)).text
    SignUp.objects.filter(pk=people[1].pk).update(first_name="Selam")
    assert "hokjes" not in office.get(address(event, people)).text


@pytest.mark.parametrize(
    "address",
    [
        lambda event, person: reverse("sign_ups:record_payment", args=[person.pk]),
        lambda event, person: roster_url("bulk_record-payment", event, id="all"),
    ],
)
def test_staff_are_told_before_an_invoice_goes_out(office, event, make_sign_up, address):
    make_sign_up("Bram", "Bakker")
    person = make_sign_up("ሰላም", "Haile")
    assert told(ETHIOPIC) in office.get(address(event, person)).text
    SignUp.objects.filter(pk=person.pk).update(first_name="Selam")
    assert "hokjes" not in office.get(address(event, person)).text


def test_the_organisation_on_a_badge_and_an_invoice_counts_too(office, event, final):
    final("Noor", "Meer")
    final("Bram", "Bakker", organisation="ሰላም")
    assert told("Bram Bakker") in office.get(roster_url("edit", event)).text
    assert "hokjes" not in office.get(roster_url("certificates", event)).text
