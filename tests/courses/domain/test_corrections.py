"""Corrections by the office, with their history and mails."""

import pytest

from courses.domain import cancellations, corrections, lost_links, payments, people, transitions
from courses.models import SignUp
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_up(event):
    return factories.sign_up(event, factories.application())


def notes(sign_up):
    rows = sign_up.changes.exclude(note="").select_related("by")
    return [(change.note, change.by and change.by.username) for change in rows]


def test_a_new_name_or_number_mails_nobody(sign_up, office, mails_about):
    changed = corrections.correct(
        sign_up, {"first_name": "Nora", "phone": "06 87654321"}, by=office
    )
    assert (changed.full_name, changed.phone) == ("Nora van der Meer", "06 87654321")
    assert notes(changed) == [("name corrected", "office"), ("contact data changed", "office")]
    assert mails_about(changed) == ["received", "office_sign_up"]


def test_a_new_address_mails_both_addresses(sign_up, office):
    corrections.correct(sign_up, {"email": "nieuw@example.nl"}, by=office)
    rows = OutgoingMail.objects.order_by("pk").values_list("kind", "to")
    assert list(rows)[2:] == [
        ("contact_changed", "noor@example.nl"),
        ("link_again", "nieuw@example.nl"),
    ]


def test_equal_values_are_no_change(sign_up, office):
    corrections.correct(sign_up, {"first_name": "Noor", "admission": "hbo"}, by=office)
    assert notes(sign_up) == []


def test_admission_and_language_can_be_corrected(sign_up, office):
    changed = corrections.correct(sign_up, {"admission": "exception", "language": "en"}, by=office)
    assert (changed.admission, changed.language) == ("exception", "en")
    assert notes(changed) == [("admission changed", "office"), ("language changed", "office")]


def test_nobody_can_become_a_person_who_is_on_the_date_already(event, sign_up, office):
    factories.sign_up(event, factories.application(email="ander@example.nl"))
    with pytest.raises(people.TakenError):
        corrections.correct(sign_up, {"email": "ander@example.nl"}, by=office)
    assert SignUp.objects.get(pk=sign_up.pk).email == "noor@example.nl"


def test_invoice_data_can_be_corrected_until_there_is_an_invoice(sign_up, office):
    corrections.correct(sign_up, {}, by=office, invoice={"organisation": "De Loop"})
    assert SignUp.objects.get(pk=sign_up.pk).buyer.organisation == "De Loop"
    assert notes(sign_up) == [("invoice data changed", "office")]
    payments.record(sign_up, by=office)
    with pytest.raises(transitions.WrongStateError):
        corrections.correct(sign_up, {}, by=office, invoice={"organisation": "De Stap"})


def test_nothing_is_corrected_after_the_end(sign_up, office):
    cancellations.cancel(sign_up, by=office)
    with pytest.raises(transitions.WrongStateError):
        corrections.correct(sign_up, {"phone": "06 87654321"}, by=office)


def test_a_note_is_saved_but_not_repeated_in_the_history(sign_up, office):
    people.change_note(sign_up, "Komt op krukken", by=office)
    people.change_note(sign_up, "Komt op krukken", by=office)
    assert SignUp.objects.get(pk=sign_up.pk).office_note == "Komt op krukken"
    assert notes(sign_up) == [("note changed", "office")]


def test_a_substitution_by_the_office_removes_the_note(sign_up, office, mails_about):
    people.change_note(sign_up, "Komt op krukken", by=office)
    colleague = people.Person("Bram", "Bakker", "bram@example.nl", "06 87654321")
    changed = people.substitute(sign_up, colleague, by=office)
    assert (changed.full_name, changed.office_note) == ("Bram Bakker", "")
    assert notes(changed)[-1] == ("substitute", "office")
    assert mails_about(changed)[2:] == ["substitute_former", "substitute_new"]


def test_a_mail_and_the_link_can_be_sent_again(sign_up, office, mails_about):
    first = OutgoingMail.objects.order_by("pk").first()
    people.send_mail_again(sign_up, first, by=office)
    lost_links.send_link_again(sign_up, by=office)
    lost_links.send_link_again(sign_up, by=office)
    assert mails_about(sign_up)[2:] == ["received", "link_again", "link_again"]
    assert notes(sign_up) == [("mail sent again", "office")] + 2 * [("link sent again", "office")]
