"""Whoever was erased after a backup is erased again when it is put back, and nobody else is."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.backups import erasures
from core.backups.restoring import erase_again, steps
from courses.domain import forgetting, invariants, invoices, people, restoring, subjects
from courses.models import Invoice, NumberSeries, Payment, RosterMessage, SignUp
from home.mails import contact_message
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.removing import (
    CANARIES,
    COLLEAGUE,
    MAIL,
    NAME,
    again,
    dump,
    end_course,
    found_in,
    somebody,
    subject_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registered():
    steps()  # imports what the apps register


@pytest.fixture
def put_back(django_capture_on_commit_callbacks):
    """A block whose changes are lost, but noted: as if a backup of before it were put back."""

    @contextmanager
    def lost():
        before = transaction.savepoint()
        with django_capture_on_commit_callbacks() as callbacks:
            yield
        transaction.savepoint_rollback(before)
        for callback in callbacks:
            if getattr(callback, "func", None) is erasures._append:
                callback()

    return lost


def test_a_person_who_asked_to_be_removed_is_not_back(event, office, put_back):
    other = factories.sign_up(event)
    taken = somebody(event, office)
    end_course(event)
    with put_back():
        forgetting.forget(subject_of(taken), by=office)
    assert set(found_in(dump())) == set(CANARIES)

    assert "0 of" not in "".join(erase_again())
    taken.invoices.update(facts={})
    assert found_in(dump()) == []
    assert again(other).forgotten_at is None
    assert "".join(erase_again()).startswith("0 of")
    assert "kanarie" not in str(erasures.noted())


def test_a_buyer_a_former_participant_and_a_writer_are_not_back_either(event, office, put_back):
    taken = factories.sign_up(event, factories.application(last_name=NAME, email=MAIL))
    people.substitute(taken, COLLEAGUE)
    paid_for = factories.sign_up(
        event, factories.application(buyer=factories.buyer(email=f"inkoop.{MAIL}"))
    )
    SignUp.objects.filter(pk=paid_for.pk).update(state="cancelled", ended_at=timezone.now())
    contact_message(name=NAME, email=MAIL, message="kanariewens")
    with put_back():
        forgetting.forget(subjects.find_subject(MAIL, []), by=office)
        forgetting.forget(subjects.find_subject(f"inkoop.{MAIL}", []), by=office)
    assert found_in(dump())
    list(erase_again())

    assert found_in(dump()) == []
    assert again(taken).full_name == "Sanne Bos"
    assert again(paid_for).forgotten_at is None


def test_whatever_ended_its_term_since_is_removed_again(event, office, put_back):
    taken = somebody(event, office)
    other = somebody(event, office, email="b@example.nl", phone="0611111111", last_name="Bos")
    now = timezone.now()
    message = RosterMessage.objects.create(roster=event.roster, body="tekst")
    kept = RosterMessage.objects.create(roster=event.roster, body="tekst")
    Payment.objects.filter(sign_up=taken).update(reference="tr_1")
    Payment.objects.filter(sign_up=other).update(reference="tr_2")
    with put_back():
        forgetting.forget_details(taken.pk)
        forgetting.forget_certificate(taken.certificate.pk, now)
        forgetting.forget_invoice(taken.invoices.get().pk)
        forgetting.forget_payment(taken.payments.get().pk)
        forgetting.forget_message(message.pk)
    list(erase_again())

    assert again(taken).remarks == ""
    assert again(taken).certificate.facts["name"] == ""
    assert taken.invoices.get().facts["participant"] == ""
    assert taken.payments.get().reference == ""
    assert not RosterMessage.objects.filter(pk=message.pk).exists()
    assert again(other).remarks == "kanariewens"
    assert again(other).certificate.facts["name"]
    assert other.invoices.get().facts["participant"]
    assert other.payments.get().reference == "tr_2"
    assert RosterMessage.objects.filter(pk=kept.pk).exists()


def test_a_new_row_with_the_same_id_is_left_alone(event, office, put_back):
    taken = somebody(event, office)
    end_course(event)
    with put_back():
        forgetting.forget(subject_of(taken), by=office)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    SignUp.objects.filter(pk=taken.pk).update(created_at=long_ago)
    for mail in OutgoingMail.objects.all():
        OutgoingMail.objects.filter(pk=mail.pk).update(message_id=f"<{mail.pk}@example.nl>")
    list(erase_again())

    assert again(taken).last_name == NAME


def test_somebody_erased_after_cancelling_holds_no_seat(event, office, put_back):
    taken = factories.sign_up(event)
    free = factories.again(event).free_for(SignUp.Kind.COURSE)
    with put_back():
        SignUp.objects.filter(pk=taken.pk).update(state="cancelled", ended_at=timezone.now())
        taken.claims.all().delete()
        forgetting.forget_sign_up(taken.pk, timezone.now())
    list(erase_again())

    assert (again(taken).state, again(taken).email) == ("cancelled", "")
    assert factories.again(event).free_for(SignUp.Kind.COURSE) == free + 1


def test_invoice_numbers_go_on_beyond_those_that_may_have_been_given(event, office):
    first, second = factories.sign_up(event), factories.sign_up(event)
    year = timezone.localdate().year
    assert invoices.issue(first).number == f"{year}-0001"
    restoring.skip_invoice_numbers(timezone.now() - timedelta(days=1))

    assert invoices.issue(second).sequence == restoring.NUMBERS + 2
    assert list(invariants.numbers_with_a_gap()) == []
    Invoice.objects.filter(sign_up=second).delete()
    assert len(list(invariants.numbers_with_a_gap())) == 1


def test_a_year_that_began_since_the_backup_has_its_gap_too(event, office):
    year = timezone.localdate().year
    restoring.skip_invoice_numbers(datetime(year - 1, 12, 31, 12, tzinfo=UTC))

    assert dict(NumberSeries.objects.values_list("year", "skipped")) == {
        year - 1: restoring.NUMBERS,
        year: restoring.NUMBERS,
    }
    assert list(invariants.numbers_with_a_gap()) == []
