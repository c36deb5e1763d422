"""Alumni on a return day: with a certificate of this site, or after review of other proof."""

import pytest

from courses.domain import admission, certificates, holds, invariants, payments, presence
from tests import factories


@pytest.fixture
def certificate(event, office):
    former = payments.record(factories.sign_up(event), by=office)
    presence.record_days(former, presence.expected_days(former))
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
def test_the_price_decides_what_happens_next(certificate, price, state):
    assert join(return_day(price), certificate.code).state == state


def test_proof_on_paper_waits_for_the_office(event, mails_about):
    alumna = join(return_day(9500))

    assert (alumna.state, alumna.earlier_certificate) == ("review", None)
    assert mails_about(alumna) == ["waiting_for_office", "office_sign_up"]


def test_a_code_admits_one_person_to_a_date(certificate):
    event = return_day(9500)
    first, second = join(event, certificate.code), join(event, certificate.code)

    assert (first.state, second.state) == ("awaiting_payment", "review")
    holds.expire(now=first.hold_until)
    assert join(event, certificate.code).state == "awaiting_payment"


def test_the_office_can_refuse_admission(event, office):
    alumna = join(return_day(9500))

    assert admission.decline(alumna, by=office).end_reason == "not_admitted"
    assert alumna.claims.count() == 0
