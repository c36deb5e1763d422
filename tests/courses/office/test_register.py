"""Registration numbers of a course group, and the file for a register."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.users.models import UserProfile

from courses.domain import presence, registrations, sign_ups
from courses.models import Accreditation, AccreditationPage
from courses.reading import events
from tests.courses.office.test_documents import messages_in, url

pytestmark = pytest.mark.anywhere

NUMBER = "NIP-00123456"


@pytest.fixture
def people(event, final, begun):
    """Noor has a number and was present; Bram has none and missed a day."""
    given = sign_ups.Given("nummer", "Registratienummer", NUMBER, field_type="registration")
    found = [final("Noor", "Meer", answers=(given,)), final("Bram", "Bakker")]
    shown = events.of_roster(event.roster)
    presence.record_days(found[0], shown_days(shown), shown_days(shown), shown)
    presence.record_days(found[1], shown_days(shown)[1:], shown_days(shown), shown)
    return found


def shown_days(event):
    return [day for part in event.parts for day in part.days]


@pytest.fixture
def register(site_tree, event):
    """A function that makes an accreditation of the course, by default without an end."""
    page = site_tree.add_child(instance=AccreditationPage(title="Accreditaties", slug="acc"))

    def make(name="CKR Fysiotherapie", **facts):
        facts = {"number": "ID-4711", "points": Decimal("14.5")} | facts
        return Accreditation.objects.create(page=page, locale=page.locale, register=name, **facts)

    return make


def field(sign_up):
    return f"number-{sign_up.pk}"


def sent(*pairs):
    """What a browser submits: the field as it is now, and its initial value."""
    data = {}
    for sign_up, now, before in pairs:
        data |= {field(sign_up): now, f"initial-{field(sign_up)}": before}
    return data


def rows_of(office, event, **query):
    response = office.get(url("register", event, export="csv", **query))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_page_says_how_many_numbers_are_missing(office, event, people):
    response = office.get(url("register", event))

    assert "Van 1 deelnemer staat hier geen registratienummer." in response.text
    assert f'value="{NUMBER}"' in response.text
    assert [row.presence for row, _field in response.context["rows"]] == [
        "2 van 3 dagen",
        "3 van 3 dagen",
    ]
    assert "no-store" in response["Cache-Control"]


def test_numbers_can_be_filled_in_later(office, event, people):
    noor, bram = people
    response = office.post(
        url("register", event),
        sent((noor, NUMBER, NUMBER), (bram, "BIG 49012345678", "")),
        follow=True,
    )

    assert messages_in(response) == ["1 nummer opgeslagen."]
    assert registrations.numbers_by_sign_up(people) == {noor.pk: NUMBER, bram.pk: "BIG 49012345678"}
    assert (
        "registratienummer genoteerd"
        in office.get(reverse("sign_ups:inspect", args=[bram.pk])).text
    )


def test_a_stale_page_does_not_undo_what_a_colleague_filled_in(office, event, people):
    noor, bram = people
    registrations.change_number(bram, "BIG 1", by=None)

    office.post(url("register", event), sent((noor, "NIP-2", NUMBER), (bram, "", "")))

    assert registrations.numbers_by_sign_up(people) == {noor.pk: "NIP-2", bram.pk: "BIG 1"}


def test_a_number_that_is_too_long_is_shown_again_and_not_saved(office, event, people):
    noor, bram = people
    response = office.post(
        url("register", event), sent((noor, "1" * 61, NUMBER), (bram, "BIG 1", ""))
    )

    assert "1" * 61 in response.text
    assert 'value="BIG 1"' in response.text
    assert registrations.numbers_by_sign_up(people) == {noor.pk: NUMBER}


def test_the_file_has_presence_by_number_and_marks_missing_numbers(
    office, event, people, begun, register
):
    accreditation = register()

    bram, noor = rows_of(office, event, register=accreditation.pk)

    assert (noor["Register"], noor["Accreditatienummer"]) == ("CKR Fysiotherapie", "ID-4711")
    assert (noor["Achternaam"], noor["Registratienummer"]) == ("Meer", NUMBER)
    assert (noor["Aanwezigheid"], noor["Punten"], noor["Ontbreekt"]) == (
        "3 van 3 dagen",
        "14,50",
        "",
    )
    assert (bram["Aanwezigheid"], bram["Punten"]) == ("2 van 3 dagen", "0,00")
    assert bram["Ontbreekt"] == "geen registratienummer"
    on_days = [value for name, value in bram.items() if name.startswith("Aanwezig op")]
    assert on_days == ["nee", "ja", "ja"]
    assert (bram["Code"], bram["Plaats"]) == (event.code, "Dalfsen")


def test_a_number_stays_text_in_a_workbook(office, event, people, register):
    registrations.change_number(people[0], "0012345", by=None)
    response = office.get(url("register", event, export="xlsx", register=register().pk))

    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    headings = [cell.value for cell in sheet[1]]
    cell = sheet.cell(3, headings.index("Registratienummer") + 1)
    assert (cell.value, cell.data_type) == ("0012345", "s")
    assert "no-store" in response["Cache-Control"]
    assert f'register-{event.code}-ID4711.xlsx"' in response["Content-Disposition"]


def test_only_registers_that_are_valid_on_the_days_are_offered(office, event, people, register):
    gone = register("Verlopen", valid_until=event.first_day - datetime.timedelta(days=400))
    register("Geldig", valid_from=event.first_day - datetime.timedelta(days=400))

    shown = office.get(url("register", event)).context["accreditations"]

    assert [row.register for row in shown] == ["Geldig"]
    for wrong in ({"register": gone.pk}, {"register": "x"}):
        assert office.get(url("register", event, export="csv", **wrong)).status_code == 404
    assert office.get(url("register", event, export="pdf")).status_code == 404


def test_there_are_no_points_before_presence_is_noted(office, event, final, register):
    final("Noor", "Meer")
    alumna = final("Oud", "Cursist", kind="alumni", admission="alumni")
    shown = events.of_roster(event.roster)
    presence.record_days(alumna, shown_days(shown), None, shown)

    cursist, meer = rows_of(office, event, register=register().pk)

    assert (meer["Aanwezigheid"], meer["Punten"]) == ("nog niet genoteerd", "")
    # The accreditation is about the whole course.
    assert (cursist["Aanwezigheid"], cursist["Punten"]) == ("1 van 1 dag", "")


def test_an_empty_group_says_so(office, event):
    shown = office.get(url("register", event)).text
    assert "Op deze datum heeft nog niemand een definitieve plaats." in shown


def test_staff_who_may_only_view_cannot_change_a_number(make_client, event, people):
    client = make_client("no group")
    grant(client.user, "view_signup", "view_answer")

    response = client.get(url("register", event))
    assert NUMBER in response.text
    assert field(people[0]) not in response.text
    client.post(url("register", event), sent((people[0], "x", NUMBER)))

    assert registrations.numbers_by_sign_up(people) == {people[0].pk: NUMBER}


def grant(user, *codenames):
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=codenames, content_type__app_label="courses"),
        Permission.objects.get(codename="access_admin"),
    )


def test_the_file_is_dutch_whatever_the_language_of_the_user(make_client, event, people, register):
    client = make_client("Bureau")
    UserProfile.objects.update_or_create(user=client.user, defaults={"preferred_language": "en"})
    [row, *_others] = rows_of(client, event)
    assert [name for name in row if name.startswith(("Registration", "Present on"))] == []
    assert "Code" in row
