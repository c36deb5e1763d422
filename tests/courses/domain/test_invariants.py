"""Each invariant is broken on purpose, behind the back of the domain, and must be reported."""

import datetime
import io
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from courses.domain import cancellations, holds, invariants, payments, swaps
from courses.models import (
    CourseEventPart,
    Invoice,
    NumberSeries,
    Payment,
    Roster,
    SeatClaim,
    SignUp,
    SwapOffer,
    Upload,
)
from mail.models import OutgoingMail
from mail.sending import MOST_ATTEMPTS
from tests import factories

pytestmark = pytest.mark.django_db


def found():
    return list(invariants.violations())


def change(sign_up, **facts):
    SignUp.objects.filter(pk=sign_up.pk).update(**facts)


@pytest.fixture
def confirmed(event, office):
    return payments.record(factories.sign_up(event), by=office)


def test_ordinary_use_breaks_no_invariant(event, office):
    states = [factories.sign_up(event) for _person in range(4)]
    payments.record(states[0], by=office)
    cancellations.cancel(states[1], by=office)
    holds.expire(now=states[2].hold_until - datetime.timedelta(seconds=1))
    factories.sign_up(event, factories.somebody(admission="exception"))
    factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    factories.sign_up(factories.event(price_cents=0))
    assert found() == []


def test_an_empty_database_breaks_no_invariant(db):
    assert found() == []


def test_more_seats_taken_than_the_capacity(event):
    factories.fill(event, 3)
    factories.fill(factories.event(event.course), 2)
    Roster.objects.update(capacity=2)
    assert found() == [
        f"{event.code}: 3 seats taken of 2 in part {part.key}"
        for part in sorted(event.parts, key=lambda part: str(part.key))
    ]


def test_a_live_sign_up_without_its_seat(event):
    taken = factories.sign_up(event)
    taken.claims.filter(part_key=event.parts[1].key).delete()
    assert found() == [f"sign-up {taken.pk} has no seat in part {event.parts[1].key}"]


def test_an_alumna_without_any_seat(event):
    taken = factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    taken.claims.all().delete()
    assert found() == [f"sign-up {taken.pk} is live and has no seat"]


def test_an_ended_sign_up_with_a_seat(event):
    taken = factories.sign_up(event)
    change(taken, state="cancelled", hold_until=None, ended_at=timezone.now())
    assert found() == [f"sign-up {taken.pk} is cancelled and still has a seat"]


def test_a_seat_in_a_part_that_does_not_exist(event):
    taken = factories.sign_up(event)
    key = event.parts[1].key
    CourseEventPart.objects.filter(key=key).delete()
    assert found() == [f"sign-up {taken.pk} has a seat in part {key}, which its date does not have"]


def test_a_seat_on_another_roster(event):
    other = factories.event()
    taken = factories.sign_up(event)
    SeatClaim.objects.update(roster=other.roster)
    assert (
        found() == [f"sign-up {taken.pk} has a seat on roster {other.roster.pk}, not its own"] * 2
    )


def test_a_confirmed_sign_up_that_was_not_paid(confirmed):
    change(confirmed, paid_at=None)
    assert found() == [f"sign-up {confirmed.pk} is confirmed and not paid"]


def test_a_confirmed_sign_up_without_a_confirmation(confirmed):
    OutgoingMail.objects.filter(kind="confirmed").delete()
    assert found() == [f"sign-up {confirmed.pk} has 0 confirmations instead of 1"]


def test_a_confirmed_sign_up_with_two_confirmations(confirmed):
    mail = OutgoingMail.objects.get(kind="confirmed")
    mail.pk, mail.key, mail.message_id = None, "another", "<another@localhost>"
    mail.save(force_insert=True)
    assert found() == [f"sign-up {confirmed.pk} has 2 confirmations instead of 1"]


def test_a_copy_of_the_confirmation_is_no_second_confirmation(confirmed):
    first = OutgoingMail.objects.get(kind="confirmed")
    first.pk, first.key, first.message_id, first.copy_of_id = None, None, "<copy@x>", first.pk
    first.save(force_insert=True)
    assert found() == []


def test_a_mail_that_is_retried_for_ever(event):
    factories.sign_up(event)
    OutgoingMail.objects.filter(kind="received").update(attempts=MOST_ATTEMPTS)
    mail = OutgoingMail.objects.get(kind="received")
    assert found() == [
        f"mail {mail.pk} (received) was tried {MOST_ATTEMPTS} times and is not given up"
    ]
    OutgoingMail.objects.update(state="failed")
    assert found() == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": "confirmed"}, ["confirmed) is confirmed without a moment", "still held"]),
        ({"state": "expired", "hold_until": None}, ["has ended without a moment"]),
    ],
)
def test_a_state_without_its_moment(event, facts, said):
    taken = factories.sign_up(event)
    change(taken, **facts)
    lines = [line for line in found() if line.startswith(f"sign-up {taken.pk} (")]
    assert len(lines) == len(said)
    for line, words in zip(lines, said, strict=True):
        assert words in line


def test_uploads_without_a_file_and_files_without_an_upload(db):
    rows = []
    for name in ("file-gone.pdf", "row-gone.pdf"):
        row = Upload(name=name, content_type="application/pdf", size=4)
        row.file.save(f"uploads/{name}", ContentFile(b"%PDF"), save=True)
        rows.append(row)
    rows[0].file.storage.delete(rows[0].file.name)
    Upload.objects.filter(pk=rows[1].pk).delete()
    assert found() == [f"upload {rows[0].pk} has no file"]  # the other may still be under way
    names = list(invariants.uploads.files_without_row(timezone.now() + datetime.timedelta(1)))
    assert names == ["uploads/row-gone.pdf"]


def test_the_command_prints_each_violation_and_exits_1(confirmed):
    out = io.StringIO()
    call_command("check_invariants", stdout=out)
    assert out.getvalue() == ""

    change(confirmed, paid_at=None)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_invariants", stdout=out)
    assert stopped.value.code == 1
    assert out.getvalue() == f"sign-up {confirmed.pk} is confirmed and not paid\n"


def test_no_violation_names_a_person(event):
    taken = factories.sign_up(
        event, factories.application(last_name="Kanarie", email="kanarie@example.nl")
    )
    SeatClaim.objects.all().delete()
    change(taken, state="confirmed", hold_until=None)
    lines = "\n".join(found()).lower()
    assert lines
    assert "kanarie" not in lines
    assert "noor" not in lines


@pytest.fixture
def offered(event, office):
    other = factories.event(event.course, parts=[factories.part(30), factories.part(31)])
    filled_in = factories.somebody(swap_wishes=(other.roster.pk,))
    return swaps.offer(factories.sign_up(event, filled_in), other.roster, by=office)


def test_an_open_offer_breaks_no_invariant(offered):
    assert found() == []


def test_an_offer_without_a_seat_in_each_part(offered):
    offered.claims.first().delete()
    assert found() == [f"offer {offered.pk} does not have one seat in every part of its date"]


def test_an_offer_to_a_sign_up_that_has_ended(offered):
    pk = offered.sign_up_id
    offered.sign_up.claims.filter(offer=None).delete()
    change(offered.sign_up, state="cancelled", hold_until=None, ended_at=timezone.now())
    assert found() == [
        f"sign-up {pk} is cancelled and still has a seat",
        f"offer {offered.pk} is open, and its sign-up {pk} cannot take it",
    ]


def test_an_offer_that_has_ended_and_keeps_its_seats(offered):
    SwapOffer.objects.update(state="refused")
    assert found() == [f"offer {offered.pk} is refused and still has a seat"]


# --- Money -------------------------------------------------------------------------------------


def test_money_that_gives_no_place(event):
    taken = factories.sign_up(event)
    payment = Payment.objects.create(
        sign_up=taken,
        gateway="mollie",
        reference="tr_1",
        amount_cents=119500,
        paid_cents=119500,
        state="paid",
        created_at=timezone.now(),
        paid_at=timezone.now(),
    )
    assert found() == [
        f"payment {payment.pk} is paid, gives no place and is not to go back",
        f"sign-up {taken.pk}: 0 cents short, 119500 too much",
    ]


def test_a_place_that_was_paid_twice(confirmed):
    payment = confirmed.payments.get()
    payment.pk, payment.key = None, uuid.uuid4()
    payment.save(force_insert=True)
    assert found() == [f"sign-up {confirmed.pk} is paid more than once and nothing goes back"]


def test_refunds_of_more_than_came_in(confirmed, office):
    cancellations.cancel(confirmed, by=office, back_cents=119500)
    Payment.objects.update(paid_cents=100)
    payment = Payment.objects.get()
    assert found() == [f"payment {payment.pk}: 119500 cents go back of 100"]


def test_a_confirmed_sign_up_without_an_invoice(confirmed):
    Invoice.objects.all().delete()
    assert found() == [
        f"sign-up {confirmed.pk} is confirmed and has no invoice",
        f"{timezone.localdate().year}: 0 invoices and credit notes, the last is 1",
    ]


def test_a_missing_invoice_number(confirmed):
    NumberSeries.objects.update(last=2)
    assert found() == [f"{timezone.localdate().year}: 1 invoices and credit notes, the last is 2"]


def test_credit_notes_for_more_than_the_invoice(confirmed, office):
    cancellations.cancel(confirmed, by=office, back_cents=119500)
    invoice = Invoice.objects.get(kind="invoice")
    Invoice.objects.filter(kind="invoice").update(amount_cents=100)
    assert found() == [f"invoice {invoice.number}: more is credited than it was"]
