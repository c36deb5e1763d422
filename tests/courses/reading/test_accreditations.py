"""What readers are told of registers: only what is known, and only where it holds."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from courses.domain import transitions
from courses.reading import accreditations
from mail.models import OutgoingMail
from tests import factories, visitors

pytestmark = pytest.mark.django_db


@pytest.fixture
def registers(event):
    """Of four registers: one is sure, of one the number lacks, two do not hold on all days."""
    before = event.last_day - datetime.timedelta(days=1)
    after = event.first_day + datetime.timedelta(days=1)
    sure = {"number": "A1", "points": Decimal("12.0"), "valid_until": event.last_day}
    return factories.accreditations(
        {"register": "Zeker", **sure},
        {"register": "Vaag", "valid_until": event.last_day},
        {"register": "Te kort", "number": "B", "valid_until": before},
        {"register": "Te laat", "number": "C", "valid_from": after},
    )


SURE = "Zeker: nummer A1, 12 punten, geldig op alle dagen van deze cursus"
VAGUE = "Vaag: wordt nagevraagd"


def said(response):
    page = visitors.soup(response).main
    return [" ".join(item.get_text().split()) for item in page.select(".accredited li")]


def test_the_page_of_a_date_names_what_holds_on_all_its_days(client, event, registers):
    assert said(client.get(event.url)) == [SURE, VAGUE]


def test_the_page_of_the_course_names_until_when(client, event, registers):
    today = timezone.localdate()
    registers.accreditations.filter(register="Te kort").update(
        valid_until=today - datetime.timedelta(days=1)
    )
    shown = said(client.get(event.course.url))

    assert shown[0].startswith("Zeker: nummer A1, 12 punten, geldig tot en met ")
    assert shown[1:] == [VAGUE, "Te laat: wordt nagevraagd"]


@pytest.mark.parametrize(("kind", "shown"), [("course", [SURE, VAGUE]), ("alumni", [])])
def test_the_side_of_the_form_names_them_for_whoever_comes_on_all_days(
    client, event, registers, kind, shown
):
    form = factories.form_page(event.course, kind)

    assert said(client.get(form.url_for(event.code))) == shown


@pytest.mark.parametrize(("kind", "named"), [("course", True), ("alumni", False)])
def test_the_mail_that_makes_the_place_final_names_them(event, registers, kind, named):
    admission = "hbo" if kind == "course" else "alumni"
    sign_up = factories.sign_up(event, factories.application(admission=admission), kind=kind)
    transitions.confirm(sign_up, timezone.now())
    text = OutgoingMail.objects.get(kind="confirmed").body_text

    assert (f"Accreditatie:\n\n- {SURE}\n- {VAGUE}\n" in text) is named
    assert ("Accreditatie" in text) is named


def test_it_is_said_in_the_language_of_the_reader(event, registers):
    with translation.override("en"):
        assert [one.says for one in accreditations.of_event(event)] == [
            "number A1, 12 points, valid on all days of this course",
            "to be confirmed",
        ]


def test_a_date_without_accreditations_says_nothing(client, event):
    assert "ccredit" not in visitors.soup(client.get(event.url)).main.get_text()
