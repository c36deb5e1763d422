"""The documents of a course group: who may see them, and whom they are about."""

import io
import zipfile

import pytest
from django.urls import reverse

from courses.domain import certificates, presence
from courses.models import Roster, SignUp
from courses.office.rosters import day_papers
from courses.office.rosters.presence import people_of
from courses.reading import events
from tests.courses.documents.pdfs import promises, sheets

PAPERS = ("attendance_list", "badges")


def url(name, event, **query):
    return reverse(f"rosters:{name}", args=[event.roster.pk], query=query or None)


def messages_in(response):
    return [str(message).strip() for message in response.context["messages"]]


def on_the_list(event):
    people = people_of(event.roster, event)
    return day_papers.list_facts(event, day_papers.days_of(event), people)


def test_the_attendance_list_has_the_people_expected_each_day_by_last_name(
    event, final, make_sign_up
):
    final("Simon", "Woerkom", infix="van")
    final("Zoë", "ábel", organisation="Fysio Dalfsen B.V.")
    final("Bram", "Bakker")
    final("Oud", "Cursist", kind="alumni", admission="alumni")
    make_sign_up("Nog", "Onbetaald")

    facts = on_the_list(event)

    names = ["ábel, Zoë", "Bakker, Bram", "Woerkom, Simon van"]
    with_alumni = ["ábel, Zoë", "Bakker, Bram", "Cursist, Oud", "Woerkom, Simon van"]
    assert [[one["name"] for one in day["people"]] for day in facts["days"]] == [
        names,
        names,
        with_alumni,
    ]
    assert [one["organisation"] for one in facts["days"][0]["people"]] == [
        "Fysio Dalfsen B.V.",
        "",
        "",
    ]
    assert "example.nl" not in str(facts)
    assert "12345678" not in str(facts)


@pytest.mark.anywhere
def test_documents_are_downloaded_and_not_cached(office, event, final):
    final("Łukasz", "李")
    for name, file in (("attendance_list", "presentielijst"), ("badges", "badges")):
        response = office.get(url(name, event))
        assert response["Content-Disposition"] == (
            f'attachment; filename="{file}-{event.code}.pdf"'
        )
        assert "no-store" in response["Cache-Control"]
        assert promises(response.content)["ua"] == "1"
    assert sheets(office.get(url("attendance_list", event)).content) == 3
    day = event.first_day.isoformat()
    one = office.get(url("attendance_list", event, day=day))
    assert sheets(one.content) == 1
    assert f"-{day}.pdf" in one["Content-Disposition"]
    for wrong in ("2019-01-01", "2027-13-45", "x"):
        assert office.get(url("attendance_list", event, day=wrong)).status_code == 404


@pytest.mark.anywhere
def test_a_group_without_people_has_an_empty_attendance_list_and_no_badges(office, event):
    assert sheets(office.get(url("attendance_list", event)).content) == 3

    response = office.get(url("badges", event), follow=True)

    assert messages_in(response) == [
        "Niemand heeft een definitieve plaats op deze datum, dus er zijn geen badges te maken."
    ]


@pytest.mark.anywhere
def test_a_date_that_is_called_off_has_no_documents(office, event, final):
    final("Noor", "Meer")
    Roster.objects.update(state=Roster.State.CALLED_OFF)

    for name in PAPERS:
        assert messages_in(office.get(url(name, event), follow=True)) == [
            "Deze datum gaat niet door, dus er zijn geen papieren voor de dagen."
        ]
    shown = office.get(reverse("rosters:edit", args=[event.roster.pk])).text
    assert "Deze datum gaat niet door, dus er zijn geen papieren" in shown
    assert url("attendance_list", event) not in shown


@pytest.mark.anywhere
def test_documents_depend_on_the_permissions_of_the_user(make_client, event, final):
    final("Noor", "Meer")
    money, texts = make_client("Geld"), make_client("Teksten")
    for name in PAPERS:
        assert money.get(url(name, event)).status_code == 200
        assert texts.get(url(name, event)).status_code == 302
    # Registration numbers are answers, which bookkeepers may not read.
    assert money.get(url("register", event)).status_code == 302


def test_the_page_of_a_group_links_to_its_documents(office, event, final, begun):
    certified = final("Noor", "Meer")
    final("Bram", "Bakker")
    presence.record_days(certified, begun, begun, events.of_roster(event.roster))
    certificate = certificates.issue(certified, by=None)

    shown = office.get(reverse("rosters:edit", args=[event.roster.pk])).text

    for day in begun:
        assert f"{url('attendance_list', event)}?day={day.isoformat()}" in shown
    for name in ("badges", "register", "certificates_zip"):
        assert url(name, event) in shown
    response = office.get(url("certificates_zip", event))
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == [f"meer-noor-{certificate.code}.pdf"]
        assert promises(archive.read(archive.namelist()[0]))["ua"] == "1"

    certificates.revoke(certificate, by=None)
    response = office.get(url("certificates_zip", event), follow=True)
    assert messages_in(response) == ["Nog niemand van deze groep heeft een certificaat."]


def test_documents_make_no_more_queries_for_more_people(
    office, event, final, django_assert_max_num_queries
):
    for number in range(3):
        final("Noor", f"Meer {number}", organisation="Fysio")
    with django_assert_max_num_queries(25):
        office.get(url("attendance_list", event))
    assert SignUp.objects.count() == 3
