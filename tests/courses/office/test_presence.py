"""Presence, and the certificates of a course group."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.domain import certificates, payments
from courses.models import Attendance, Certificate

TODAY = timezone.localdate()


@pytest.fixture
def group(make_event):
    """A date of which the first two days are over and the return day is to come."""
    return make_event(first_day=TODAY + datetime.timedelta(days=30))


@pytest.fixture
def begin(group):
    """A function that moves the parts to the past, for after people have signed up."""

    def move(first_day, return_day):
        first, last = group.facts.parts.all()
        for part, start, length in ((first, first_day, 1), (last, return_day, 0)):
            part.first_day = start
            part.last_day = start + datetime.timedelta(days=length)
        page = group.facts
        page.parts = [first, last]
        page.save_revision().publish()

    return move


@pytest.fixture
def people(group, make_sign_up):
    found = [
        payments.record(make_sign_up(first_name=name, last_name=name, event=group), by=None)
        for name in ("Anna", "Bram")
    ]
    make_sign_up(first_name="Onbetaald", event=group)
    return found


@pytest.fixture
def days(begin, people):
    """Moves the first part to a week ago and the return day to next month."""
    first = TODAY - datetime.timedelta(days=7)
    begin(first, TODAY + datetime.timedelta(days=30))
    return [first, first + datetime.timedelta(days=1)]


@pytest.fixture
def over(begin, people):
    """Moves all days of the group to the past, and returns them."""
    first = TODAY - datetime.timedelta(days=7)
    begin(first, TODAY)
    return [first, first + datetime.timedelta(days=1), TODAY]


def presence_url(group):
    return reverse("rosters:presence", args=[group.roster.pk])


def certificates_url(group):
    return reverse("rosters:certificates", args=[group.roster.pk])


def tick(sign_up, *days):
    return [f"{sign_up.pk}-{day.isoformat()}" for day in days]


def noted(sign_up):
    return dict(sign_up.attendance.values_list("day", "present"))


# --- Presence ----------------------------------------------------------------------------------


def test_the_table_has_the_people_and_the_days_so_far(office, group, people, days):
    shown = office.get(presence_url(group)).text
    assert shown.count('type="checkbox" name="present"') == 4
    assert "Anna Anna aanwezig op" in shown
    assert "Onbetaald" not in shown


def test_people_who_are_ticked_are_noted_as_present(office, group, people, days):
    anna, bram = people
    office.post(presence_url(group), {"present": tick(anna, *days) + tick(bram, days[0])})
    assert noted(anna) == {days[0]: True, days[1]: True}
    assert noted(bram) == {days[0]: True, days[1]: False}
    assert "2 van 2 aanwezig" in office.get(reverse("rosters:edit", args=[group.roster.pk])).text
    history = office.get(reverse("rosters:history", args=[group.roster.pk])).text
    assert "Genoteerd wie er was op" in history


def test_a_day_without_ticks_stays_open_unless_it_was_noted_before(office, group, people, days):
    anna, bram = people
    office.post(presence_url(group), {"present": tick(anna, days[0])})
    assert (noted(anna), noted(bram)) == ({days[0]: True}, {days[0]: False})
    office.post(presence_url(group), {})
    assert (noted(anna), noted(bram)) == ({days[0]: False}, {days[0]: False})


def test_everybody_can_be_noted_as_present_on_a_day(office, group, people, days):
    anna, bram = people
    office.post(
        presence_url(group), {"everybody": days[0].isoformat(), "present": tick(anna, days[1])}
    )
    assert noted(anna) == {days[0]: True, days[1]: True}
    assert noted(bram) == {days[0]: True, days[1]: False}


def test_future_days_and_invalid_input_note_nothing(office, group, people, days):
    anna, _bram = people
    soon = TODAY + datetime.timedelta(days=30)
    data = {"everybody": "2027-99-99", "present": ["x", "1-", *tick(anna, soon)]}
    response = office.post(presence_url(group), data, follow=True)
    assert "Er is niemand aangevinkt" in response.text
    assert not Attendance.objects.exists()


def test_alumni_are_expected_only_on_the_return_day(office, group, make_sign_up, begin):
    alumna = make_sign_up(event=group, kind="alumni", admission="alumni")
    office.post(reverse("sign_ups:accept", args=[alumna.pk]), {"price_cents": "0"})
    first = TODAY - datetime.timedelta(days=7)
    begin(first, TODAY)
    office.post(presence_url(group), {"present": tick(alumna, first, TODAY)})
    assert noted(alumna) == {TODAY: True}


def test_a_day_shared_by_two_parts_counts_once(office, group, people, begin):
    """For example a morning in one place and an afternoon in another."""
    anna, _bram = people
    begin(TODAY - datetime.timedelta(days=1), TODAY)
    office.post(presence_url(group), {"present": tick(anna, TODAY)})
    assert noted(anna)[TODAY] is True
    register = office.get(reverse("rosters:register", args=[group.roster.pk])).text
    assert "1 van 2 dagen" in register


# --- Certificates ------------------------------------------------------------------------------


def test_people_present_on_all_days_are_ticked_and_the_others_have_a_reason(
    office, group, people, over
):
    anna, bram = people
    office.post(presence_url(group), {"present": tick(anna, *over) + tick(bram, *over[:2])})

    response = office.get(certificates_url(group))

    found = {c.sign_up.first_name: (c.is_complete, c.reason) for c in response.context["can_get"]}
    assert found["Anna"] == (True, "")
    assert found["Bram"][0] is False
    assert found["Bram"][1].startswith("afwezig op ")
    assert response.text.count(" checked") == 1


def test_people_who_are_ticked_get_a_certificate(office, group, people, over):
    anna, bram = people
    office.post(presence_url(group), {"present": tick(anna, *over) + tick(bram, over[0])})

    response = office.post(certificates_url(group), {"sign_up": [anna.pk, bram.pk]}, follow=True)

    assert "2 certificaten zijn uitgegeven" in response.text
    assert len(bram.certificate.facts["days"]) == 1
    assert anna.changes.last().by == office.user
    shown = office.get(reverse("sign_ups:inspect", args=[anna.pk])).text
    assert anna.certificate.code in shown
    assert "certificaat uitgegeven" in shown


def test_nobody_gets_a_certificate_without_presence_or_a_tick(office, group, people, over):
    anna, bram = people
    office.post(presence_url(group), {"present": tick(anna, *over)})
    for ticked in ([], [bram.pk], ["x"]):
        response = office.post(certificates_url(group), {"sign_up": ticked}, follow=True)
        assert "er is geen certificaat uitgegeven" in response.text
    assert [c.sign_up for c in response.context["cannot_get"]] == [bram]
    assert not Certificate.objects.exists()


def test_a_certificate_is_downloaded_revoked_and_issued_again(office, group, people, over):
    anna, _bram = people
    office.post(presence_url(group), {"present": tick(anna, *over)})
    office.post(certificates_url(group), {"sign_up": [anna.pk]})
    former = Certificate.objects.get()
    pdf = reverse("sign_ups:certificate", args=[anna.pk])
    assert office.get(pdf).content.startswith(b"%PDF-")

    office.post(reverse("sign_ups:revoke_certificate", args=[anna.pk]))

    assert certificates.find_by_code(former.code) is None
    assert office.get(pdf).status_code == 404
    assert (
        f"Certificaat {former.code} is op"
        in office.get(reverse("sign_ups:inspect", args=[anna.pk])).text
    )
    assert anna.changes.last().note == "certificate revoked"
    office.post(certificates_url(group), {"sign_up": [anna.pk]})
    assert Certificate.objects.get().code != former.code


def test_without_a_certificate_there_is_nothing_to_revoke(office, people):
    address = reverse("sign_ups:revoke_certificate", args=[people[0].pk])
    assert "Er is niets gewijzigd" in office.post(address, follow=True).text


# --- Cost and rights ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["presence", "certificates", "edit"])
def test_pages_make_no_more_queries_for_more_people(office, group, make_sign_up, name):
    address = reverse(f"rosters:{name}", args=[group.roster.pk])
    asked = []
    for number in (1, 2):
        for _time in range(number):
            payments.record(make_sign_up(event=group), by=None)
        office.get(address)
        with CaptureQueriesContext(connection) as queries:
            office.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1] < 50


def test_the_group_for_texts_sees_nobody(make_client, group, people, over):
    client = make_client("Teksten")
    for address in (
        presence_url(group),
        certificates_url(group),
        reverse("sign_ups:certificate", args=[people[0].pk]),
        reverse("sign_ups:revoke_certificate", args=[people[0].pk]),
    ):
        assert client.get(address).status_code == 302
    client.post(presence_url(group), {"everybody": over[0].isoformat()})
    assert not Attendance.objects.exists()
