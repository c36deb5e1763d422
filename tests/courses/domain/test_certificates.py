"""Certificates of attendance, and how they are found by their code."""

import datetime

import pytest
from django.utils import timezone

from courses.domain import certificates, payments, presence
from courses.models import Certificate, CoursePage, SignUp
from people.models import PersonPage
from tests import factories


@pytest.fixture
def paid(event, office):
    return payments.record(factories.sign_up(event), by=office)


def present(sign_up, days=None):
    expected = presence.expected_days(sign_up)
    presence.record_days(sign_up, expected if days is None else expected[:days])
    return certificates.issue(sign_up)


def test_a_certificate_has_the_days_of_presence_and_no_contact_data(paid):
    certificate = present(paid, days=2)

    days = [day.isoformat() for day in presence.expected_days(paid)[:2]]
    assert certificate.facts["days"] == days
    assert certificate.facts["name"] == paid.full_name
    assert paid.email not in str(certificate.facts)
    assert present(paid).pk == certificate.pk


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "plain", "RT {}"])
def test_a_certificate_is_found_however_its_code_is_typed(paid, typed):
    certificate = present(paid)
    code = certificate.code
    text = {"lower": code.lower(), "plain": code.replace("-", "").lower()}.get(
        typed, typed.format(code)
    )

    assert certificates.find_by_code(text) == certificate


@pytest.mark.parametrize("typed", ["", "RT-", "RT-0000-0000", "x" * 5000, "\x00", "ا"])
def test_a_malformed_code_finds_nothing(paid, typed):
    present(paid)

    assert certificates.find_by_code(typed) is None


def test_a_revoked_certificate_is_not_confirmed_and_can_be_issued_anew(paid):
    former = present(paid)
    Certificate.objects.update(revoked_at=timezone.now())

    assert certificates.find_by_code(former.code) is None
    anew = certificates.issue(paid)
    assert anew.code != former.code
    assert certificates.find_by_code(anew.code) == anew


def test_a_person_who_was_not_present_gets_no_certificate(paid, event):
    with pytest.raises(certificates.NotPresentError):
        certificates.issue(paid)
    with pytest.raises(certificates.NotPresentError):
        present(paid, days=0)
    unpaid = factories.sign_up(event)
    with pytest.raises(certificates.NotPresentError):
        present(unpaid)


def known(course, **facts):
    """The course with a version, and two registers of which one is known."""
    course = CoursePage.objects.get(pk=course.pk)
    for name, value in facts.items():
        setattr(course, name, value)
    factories.publish(course)
    today = timezone.localdate()
    factories.accreditations(
        {
            "register": "Register A",
            "number": "12",
            "points": 18,
            "valid_until": today + datetime.timedelta(days=999),
        },
        {"register": "Register B"},
    )


def test_a_certificate_says_which_version_it_was_and_how_much_was_attended(institute, office):
    times = {"starts_at": datetime.time(9, 30), "ends_at": datetime.time(17)}
    event = factories.event(parts=[factories.part(60, 61, **times), factories.part(150, **times)])
    known(event.course, certificate_version="vanaf 2014")
    everything = present(payments.record(factories.sign_up(event), by=office)).facts
    some = present(payments.record(factories.sign_up(event), by=office), days=2).facts

    names = ("version", "number_of_days", "hours")
    assert [everything[name] for name in names] == ["vanaf 2014", 3, 22.5]
    assert [some[name] for name in names] == ["vanaf 2014", 3, 15.0]
    assert [fact.split(",")[0] for fact in everything["registers"]] == ["Register A: nummer 12"]
    assert some["registers"] == []


def test_hours_are_told_only_where_the_times_of_all_attended_days_are_known(institute, office):
    times = {"starts_at": datetime.time(9), "ends_at": datetime.time(12)}
    event = factories.event(parts=[factories.part(60, 61, **times), factories.part(150)])
    everything = present(payments.record(factories.sign_up(event), by=office)).facts
    some = present(payments.record(factories.sign_up(event), by=office), days=2).facts

    assert (everything["hours"], some["hours"]) == (None, 6.0)


def test_an_alumnus_gets_neither_the_version_nor_the_points_of_the_whole_course(event, office):
    known(event.course, certificate_version="vanaf 2014")
    alumnus = factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    SignUp.objects.filter(pk=alumnus.pk).update(state="confirmed")
    facts = present(SignUp.objects.get(pk=alumnus.pk)).facts

    names = ("version", "number_of_days", "registers")
    assert [facts[name] for name in names] == ["", 1, []]


def test_a_certificate_is_signed_by_the_first_two_teachers(paid):
    course = CoursePage.objects.get()
    course.team = [
        ("role", {"role": "Psychiater", "people": [somebody("Bram Bakker")]}),
        ("role", {"role": "Sportpsycholoog", "people": []}),
        ("role", {"role": "Gast", "people": [somebody("Oud Docent", live=False)]}),
        ("role", {"role": "Fysiotherapeut", "people": [somebody("Simon"), somebody("Anna")]}),
    ]
    factories.publish(course)

    assert present(paid).facts["signers"] == [
        {"name": "Bram Bakker", "role": "Psychiater"},
        {"name": "Simon", "role": "Fysiotherapeut"},
    ]


def somebody(name, **facts):
    person = PersonPage(title=name, profession="Docent", biography="<p>Docent.</p>", **facts)
    return factories.home().add_child(instance=person)


def test_revoking_is_recorded_in_the_history(paid, office):
    certificate = present(paid)

    for _time in range(2):
        certificates.revoke(certificate, by=office)

    assert certificates.find_by_code(certificate.code) is None
    notes = paid.changes.exclude(note="").values_list("note", "by")
    assert list(notes) == [("certificate issued", None), ("certificate revoked", office.pk)]
