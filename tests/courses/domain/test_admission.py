"""Admission by exception, which the office reviews."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import (
    admission,
)
from courses.models import SignUp
from tests import factories

pytestmark = pytest.mark.django_db


def claims(sign_up):
    return set(sign_up.claims.values_list("part_key", "seat_number"))


def test_admission_by_exception_waits_for_the_office(event, office, mails_about, history):
    taken = factories.sign_up(
        event, factories.somebody(admission="exception", motivation="Twintig jaar ervaring")
    )
    assert taken.state == SignUp.State.REVIEW
    assert taken.claims.count() == 2
    assert mails_about(taken) == ["waiting_for_office", "office_sign_up"]

    with time_machine.travel(timezone.now() + datetime.timedelta(days=5), tick=False):
        accepted = admission.admit(taken, by=office)
        assert accepted.hold_until == timezone.now() + datetime.timedelta(days=7)

    assert accepted.state == SignUp.State.AWAITING_PAYMENT
    assert accepted.claims.count() == 2
    assert mails_about(taken) == ["waiting_for_office", "office_sign_up", "admission_granted"]
    assert history(taken) == [("review", None), ("awaiting_payment", "office")]


def test_a_refused_admission_frees_the_seats(event, office, mails_about, history):
    taken = factories.sign_up(event, factories.somebody(admission="exception"))
    declined = admission.decline(taken, by=office)

    assert declined.state == SignUp.State.CANCELLED
    assert declined.hold_until is None
    assert declined.ended_at is not None
    assert claims(taken) == set()
    assert mails_about(taken)[-1] == "admission_refused"
    assert history(taken) == [("review", None), ("cancelled", "office")]
