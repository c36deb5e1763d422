"""After a date was called off: it is planned again, or people are reminded to choose."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import (
    choices,
    go_no_go,
    notices,
    payments,
)
from courses.models import Roster, SignUp
from mail.models import OutgoingMail
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


@pytest.fixture
def confirmed(event):
    return payments.record(factories.sign_up(event), by=None)


@pytest.fixture
def unpaid(event):
    return factories.sign_up(event)


@pytest.fixture
def other(event):
    parts = [factories.part(80, 81, place="Bloemendaal"), factories.part(170, label="Terugkomdag")]
    return factories.event(event.course, parts=parts)


def state(event):
    return Roster.objects.get(pk=event.roster.pk).state


def mail(kind):
    return OutgoingMail.objects.get(kind=kind)


def test_people_who_have_not_chosen_are_told_that_the_date_is_planned_again(
    event, other, confirmed, office, mails_about
):
    gone = payments.record(factories.sign_up(event), by=None)
    go_no_go.call_off(event.roster, by=office)
    choices.choose_date(gone, other.roster)
    go_no_go.take_back(event.roster, by=office, seen="called_off")
    assert state(event) == "planned"
    assert mails_about(confirmed)[-1] == "planned_again"
    assert "planned_again" not in mails_about(gone)
    [attached] = mail("planned_again").attachments.all()
    assert "SEQUENCE:2" in bytes(attached.content).decode()
    with pytest.raises(go_no_go.DecidedError):
        go_no_go.take_back(event.roster, by=office)


def test_a_change_of_mind_is_mailed_each_time(event, confirmed, office):
    for _time in range(2):
        go_no_go.call_off(event.roster, by=office)
        go_no_go.take_back(event.roster, by=office)
    go_no_go.go_ahead(event.roster, by=office)
    kinds = OutgoingMail.objects.filter(object_id=confirmed.pk).order_by("pk")
    assert list(kinds.values_list("kind", flat=True))[-5:] == [
        "called_off",
        "planned_again",
        "called_off",
        "planned_again",
        "going_ahead",
    ]


def test_people_who_have_not_chosen_are_reminded_once(
    event, other, confirmed, unpaid, office, mails_about
):
    chosen = payments.record(factories.sign_up(event), by=None)
    go_no_go.call_off(event.roster, by=office)
    choices.choose_date(chosen, other.roster)
    morning = timezone.now().replace(hour=10) + datetime.timedelta(days=6)
    with time_machine.travel(morning, tick=False):
        notices.remind_to_choose()
        assert not OutgoingMail.objects.filter(kind="called_off_reminder").exists()
        assert go_no_go.not_chosen() == {}
    for days in (2, 3):
        with time_machine.travel(morning + datetime.timedelta(days=days), tick=False):
            notices.remind_to_choose()
            assert go_no_go.not_chosen() == {event.roster: 2}
    assert mails_about(confirmed)[-1] == mails_about(unpaid)[-1] == "called_off_reminder"
    assert mails_about(confirmed).count("called_off_reminder") == 1
    assert "called_off_reminder" not in mails_about(chosen)


def test_people_who_have_not_chosen_are_counted_however_the_date_was_called_off(
    event, confirmed, office
):
    Roster.objects.filter(pk=event.roster.pk).update(state="called_off", decided_at=None)
    assert go_no_go.not_chosen() == {event.roster: 1}
    SignUp.objects.filter(pk=confirmed.pk).update(forgotten_at=timezone.now())
    assert go_no_go.not_chosen() == {}
