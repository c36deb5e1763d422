"""The office decides whether a date goes ahead."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core import to_do
from courses.domain import go_no_go, payments
from courses.models import Roster, SignUp
from mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


def url(name, event):
    return reverse(f"rosters:{name}", args=[event.roster.pk])


def state():
    return Roster.objects.get().state


@pytest.fixture
def busy(event, make_sign_up):
    payments.record(make_sign_up(), by=None)
    make_sign_up()
    make_sign_up(kind="alumni", admission="alumni")
    return event


def test_the_question_about_going_ahead_says_how_many_people_are_mailed(office, busy):
    question = office.get(url("go_ahead", busy))
    assert "2 mensen krijgen hierover één mail" in question.text
    assert "1 persoon wacht op toelating en krijgt geen mail" in question.text
    assert "Goed nieuws:" in question.text
    assert "2 aangemeld, 1 definitief" in question.text
    assert "minimum 12: nog 10 nodig · plaats voor 24" in question.text
    assert state() == "planned"
    answer = office.post(url("go_ahead", busy), {"seen": "planned"}, follow=True)
    assert "Deze datum gaat door" in answer.text
    assert state() == "going_ahead"
    assert OutgoingMail.objects.filter(kind="going_ahead").count() == 2
    assert ModelLogEntry.objects.get(action="courses.go_ahead").data == {"people": 2}


def test_a_double_click_mails_once_about_going_ahead(office, busy):
    for _time in range(2):
        answer = office.post(url("go_ahead", busy), {"seen": "planned"}, follow=True)
    assert "Er is niets gewijzigd" in answer.text
    assert OutgoingMail.objects.filter(kind="going_ahead").count() == 2


def test_the_question_about_calling_off_says_what_is_at_stake(office, busy, make_event):
    other = make_event(first_day=timezone.localdate() + datetime.timedelta(days=90))
    question = office.get(url("call_off", busy))
    assert "€\u00a01.195,- betaald" in question.text
    assert f"({other.code})" in question.text
    assert "ruimte voor 24" in question.text
    assert Roster.objects.get(pk=busy.roster.pk).state == "planned"


def test_the_reason_is_shown_in_the_mail_before_it_is_sent(office, busy):
    data = {"seen": "planned", "reason_nl": "Te weinig aanmeldingen.", "look": "yes"}
    shown = office.post(url("call_off", busy), data)
    assert shown.text.count("Te weinig aanmeldingen.") == 2
    assert state() == "planned"
    del data["look"]
    office.post(url("call_off", busy), data)
    assert state() == "called_off"
    assert Roster.objects.get().call_off_reasons == {"nl": "Te weinig aanmeldingen."}
    mail = OutgoingMail.objects.filter(kind="called_off").first()
    assert "Te weinig aanmeldingen." in mail.body_text


def test_a_stale_page_decides_nothing(office, busy):
    office.post(url("go_ahead", busy), {"seen": "planned"})
    answer = office.post(url("call_off", busy), {"seen": "planned"}, follow=True)
    assert "Er is niets gewijzigd" in answer.text
    assert state() == "going_ahead"


def test_the_sign_up_form_of_a_group_does_not_undo_a_decision(office, busy):
    edit = url("edit", busy)
    office.post(url("call_off", busy), {"seen": "planned"})
    stale = office.post(edit, {"state": "planned", "availability_override": "full"})
    assert "Er is niets opgeslagen" in stale.text
    assert state() == "called_off"
    office.post(edit, {"availability_override": "full"})
    assert (state(), Roster.objects.get().availability_override) == ("called_off", "full")


def test_calling_off_is_taken_back_for_people_who_have_not_chosen(office, busy):
    office.post(url("call_off", busy), {"seen": "planned"})
    assert "nog niet gekozen" in office.get(url("edit", busy)).text
    assert "Deze datum weer plannen?" in office.get(url("take_back", busy)).text
    office.post(url("take_back", busy), {"seen": "called_off"})
    assert state() == "planned"
    assert OutgoingMail.objects.filter(kind="planned_again").count() == 3


def test_a_date_without_people_is_called_off_without_mails(office, event):
    assert "Er staat niemand ingeschreven" in office.get(url("call_off", event)).text
    office.post(url("call_off", event), {"seen": "planned"})
    assert state() == "called_off"
    assert not OutgoingMail.objects.exists()


def test_nobody_decides_about_a_course_that_has_begun(office, event):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=61), tick=False):
        for name in ("go_ahead", "call_off", "take_back"):
            assert office.get(url(name, event)).status_code == 302
        assert "Laten doorgaan" not in office.get(url("edit", event)).text


@pytest.mark.anywhere
@pytest.mark.parametrize("name", ["go_ahead", "call_off", "take_back"])
def test_only_staff_who_may_change_groups_decide(make_client, event, name):
    texts = make_client("Teksten")
    assert texts.post(url(name, event), {"seen": "planned"})["Location"] == "/admin/"
    assert state() == "planned"


# --- On the start page ------------------------------------------------------------------------


def decisions(user):
    words = ("over te beslissen", "beslisdag")
    return [item for item in to_do.for_user(user) if any(word in item.label for word in words)]


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (17, []),  # 60 days ahead: the decision day is on day 32, it is near from day 18
        (18, ["datum om over te beslissen: gaat die door?"]),
        (32, ["datum om over te beslissen: gaat die door?"]),
        (33, ["datum onder het minimum, voorbij de beslisdag"]),
        (61, []),
    ],
)
def test_a_date_near_its_decision_day_is_a_to_do(office, event, days, label):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=days), tick=False):
        assert [item.label for item in decisions(office.user)] == label


def test_a_date_that_was_decided_is_no_to_do(office, event):
    go_no_go.go_ahead(event.roster, by=None)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=33), tick=False):
        assert decisions(office.user) == []


def test_a_date_can_have_a_decision_day_of_its_own(office, event):
    page = event.facts
    page.decision_day = timezone.localdate() + datetime.timedelta(days=5)
    page.save_revision().publish()
    [item] = decisions(office.user)
    assert item.url == url("edit", event)
    assert "De beslisdag is" in office.get(url("edit", event)).text
    rows = office.get("/admin/rosters/", {"decision": "due"}).context["object_list"]
    assert [row.pk for row in rows] == [event.roster.pk]


def test_people_who_have_not_chosen_after_the_reminder_are_a_to_do(office, busy):
    go_no_go.call_off(busy.roster, by=None)
    assert [item for item in to_do.for_user(office.user) if busy.code in item.label] == []
    with time_machine.travel(timezone.now() + datetime.timedelta(days=7), tick=False):
        [item] = [item for item in to_do.for_user(office.user) if busy.code in item.label]
        assert item.number == 3
    listed = office.get(item.url).context["object_list"]
    assert {row.pk for row in listed} == set(SignUp.objects.values_list("pk", flat=True))
