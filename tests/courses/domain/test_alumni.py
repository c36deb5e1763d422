"""The return day for who took the course before: on a certificate of this site, or on paper."""

import pytest

from courses.domain import certificates, holds, invariants, payments, presence, sign_ups
from tests import factories


@pytest.fixture
def certificate(event, office):
    former = payments.record(factories.sign_up(event), by=office)
    presence.note_days(former, presence.days_of(former))
    return certificates.issue(former)


def return_day(price):
    return factories.event(factories.course(alumni_price_cents=price))


def join(event, code=""):
    person = factories.somebody(admission="alumni", certificate_code=code)
    return factories.sign_up(event, person, kind="alumni")


def test_a_certificate_of_this_site_is_accepted_at_once(certificate, mails_about):
    event = return_day(9500)

    alumna = join(event, certificate.code.lower())

    assert (alumna.state, alumna.price_cents) == ("awaiting_payment", 9500)
    assert alumna.earlier_certificate == certificate
    assert mails_about(alumna) == ["received", "office_sign_up"]
    assert [part.free for part in factories.again(event).parts] == [24, 23]
    assert list(invariants.violations()) == []


@pytest.mark.parametrize(
    ("price", "state"), [(None, "review"), (0, "confirmed"), (9500, "awaiting_payment")]
)
def test_what_it_costs_decides_what_happens_next(certificate, price, state):
    assert join(return_day(price), certificate.code).state == state


def test_paper_proof_waits_for_the_office(event, mails_about):
    alumna = join(return_day(9500))

    assert (alumna.state, alumna.earlier_certificate) == ("review", None)
    assert mails_about(alumna) == ["waiting_for_office", "office_sign_up"]


def test_a_code_opens_the_door_of_one_day_once(certificate):
    event = return_day(9500)
    first, second = join(event, certificate.code), join(event, certificate.code)

    assert (first.state, second.state) == ("awaiting_payment", "review")
    holds.expire(now=first.hold_until)
    assert join(event, certificate.code).state == "awaiting_payment"


def test_the_office_may_still_say_no(event, office):
    alumna = join(return_day(9500))

    assert sign_ups.decline(alumna, by=office).end_reason == "not_admitted"
    assert alumna.claims.count() == 0
