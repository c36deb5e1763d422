"""Retention: what is due is removed from Dutch midnight on, once, and as many as were counted."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from core import retention
from core.models import RetentionRun
from courses.documents.invoices import invoice_pdf
from courses.domain import certificates, forgetting, invariants, payments, presence
from courses.models import (
    Certificate,
    Invoice,
    NumberSeries,
    Payment,
    Refund,
    Roster,
    RosterMessage,
    SignUp,
    Upload,
)
from courses.values import terms
from mail.models import OutgoingMail
from tests import factories

MINUTE = timedelta(minutes=1)


def midnight(day):
    return retention.start_of(day)


def due(key, now):
    return retention.count_due(now)[key]


@pytest.fixture
def sign_up(event, office):
    """A confirmed sign-up with an invoice, attendance and a certificate."""
    waiting = factories.sign_up(event, factories.somebody(remarks="Vegetarisch"))
    paid = payments.record(waiting, by=office)
    presence.record_days(paid, {event.first_day})
    certificates.issue(paid, by=office)
    return paid


def set_last_day(sign_up, day):
    Roster.objects.filter(pk=sign_up.roster_id).update(last_day=day)


def end(sign_up, at):
    SignUp.objects.filter(pk=sign_up.pk).update(state="cancelled", ended_at=at)
    sign_up.claims.all().delete()


# The last day counts whole: due from the midnight after it. Clocks change on 25 October 2026
# and on 28 March 2027.
@pytest.mark.parametrize(
    ("last_day", "due_from"),
    [
        (date(2026, 7, 24), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        (date(2026, 7, 25), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (date(2026, 12, 27), datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
        (date(2026, 12, 28), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
        (date(2026, 11, 30), datetime(2027, 2, 28, 23, 0, tzinfo=UTC)),
    ],
)
def test_details_are_due_three_months_after_the_last_day(sign_up, last_day, due_from):
    set_last_day(sign_up, last_day)

    assert due("details", due_from - MINUTE) == 0
    assert due("details", due_from) == 1
    assert due("participants", due_from) == 0


@pytest.mark.parametrize(
    ("ended_at", "due_from"),
    [
        (datetime(2026, 7, 25, 21, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (datetime(2026, 7, 25, 22, 0, tzinfo=UTC), datetime(2026, 10, 26, 23, 0, tzinfo=UTC)),
        (datetime(2026, 12, 28, 22, 59, tzinfo=UTC), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
    ],
)
def test_an_ended_sign_up_is_due_after_three_months(sign_up, ended_at, due_from):
    end(sign_up, ended_at)

    assert due("ended", due_from - MINUTE) == 0
    assert due("ended", due_from) == 1
    assert due("participants", due_from) == due("details", due_from) == 0


@pytest.mark.parametrize(
    ("key", "years", "change"),
    [
        ("participants", terms.CONTACT_YEARS, set_last_day),
        (
            "certificates",
            terms.CERTIFICATE_YEARS,
            lambda sign_up, day: Certificate.objects.update(issued_at=midnight(day)),
        ),
    ],
)
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_term_in_years_includes_its_last_day(sign_up, key, years, change, offset):
    change(sign_up, date(2026, 6, 10))
    now = midnight(date(2026 + years, 6, 10) + timedelta(days=offset))

    assert due(key, now) == (offset > 0)


def test_invoices_and_payments_are_kept_for_seven_calendar_years(sign_up):
    Invoice.objects.update(issued_on=date(2026, 1, 1))
    Payment.objects.update(created_at=midnight(date(2026, 12, 31)), reference="tr_1")
    before, after = midnight(date(2033, 12, 31)), midnight(date(2034, 1, 1))

    assert (due("invoices", before), due("payments", before)) == (0, 0)
    assert (due("invoices", after), due("payments", after)) == (1, 1)


def test_a_payment_is_kept_as_long_as_its_latest_transaction(sign_up):
    in_time, later = midnight(date(2026, 12, 31)), midnight(date(2027, 1, 1))
    Payment.objects.update(created_at=in_time, paid_at=in_time, reference="tr_1")
    over = midnight(date(2034, 1, 1))
    assert due("payments", over) == 1

    refund = Refund.objects.create(
        payment=sign_up.payments.get(), amount_cents=1, reason="office", created_at=in_time
    )
    for changed in (
        Refund.objects.filter(pk=refund.pk, created_at=in_time).update(created_at=later),
        Refund.objects.filter(pk=refund.pk).update(created_at=in_time, done_at=later),
        Payment.objects.update(paid_at=later) and Refund.objects.update(done_at=in_time),
    ):
        assert changed == 1
        assert (due("payments", over), due("payments", midnight(date(2035, 1, 1)))) == (0, 1)


def test_an_old_invoice_loses_its_names_and_keeps_its_number(sign_up):
    facts = sign_up.invoices.get().facts

    retention.remove_due(midnight(date(timezone.localdate().year + 8, 1, 1)))

    left = sign_up.invoices.get()
    assert (left.facts["participant"], set(left.facts["buyer"].values())) == ("", {""})
    assert left.facts["total_cents"] == facts["total_cents"]
    assert invoice_pdf(left.facts, "nl").startswith(b"%PDF")
    assert NumberSeries.objects.get().last == 1
    assert list(invariants.violations()) == []


def test_a_pending_refund_postpones_removal(sign_up, office):
    now = timezone.now()
    end(sign_up, now - timedelta(days=200))
    payment = sign_up.payments.get()
    refund = Refund.objects.create(
        payment=payment, amount_cents=100, state="pending", reason="office", created_at=now
    )

    assert due("ended", now) == 0
    refund.state = Refund.State.DONE
    refund.save()
    assert due("ended", now) == 1


def test_an_abandoned_payment_does_not_postpone_removal(sign_up):
    now = timezone.now()
    end(sign_up, now - timedelta(days=200))
    Payment.objects.create(
        sign_up=sign_up, gateway="mollie", amount_cents=1, created_at=now - timedelta(days=100)
    )

    assert due("ended", now) == 1


def test_a_failure_does_not_stop_the_other_removals(event, sign_up, office, monkeypatch):
    now = timezone.now()
    gone = [factories.sign_up(event) for _person in range(3)]
    for row in gone:
        end(row, now - timedelta(days=200))
    forget = forgetting.transitions.lock

    def fail_at_first(pk, *more):
        if pk == gone[0].pk:
            raise RuntimeError("a name that must not be logged")
        return forget(pk, *more)

    monkeypatch.setattr(forgetting.transitions, "lock", fail_at_first)

    with pytest.raises(retention.NotAllRemovedError):
        retention.remove_due(now)

    assert [SignUp.objects.get(pk=row.pk).email for row in gone] == [gone[0].email, "", ""]
    assert RetentionRun.objects.get().counts == {"ended": 2}


def test_what_is_counted_is_removed_once_and_reported(event, sign_up, office):
    now = timezone.now()
    other = payments.record(factories.sign_up(event, factories.somebody(remarks="x")), by=office)
    gone = factories.sign_up(event)
    end(gone, now - timedelta(days=200))
    set_last_day(sign_up, timezone.localdate() - timedelta(days=800))
    OutgoingMail.objects.update(state="sent", created_at=now - timedelta(days=100))
    Upload.objects.create(name="x", content_type="x", size=1, file="uploads/x.pdf")
    Upload.objects.update(created_at=now - timedelta(days=2))
    RosterMessage.objects.create(roster=sign_up.roster, subject="Tot morgen")
    counted = {key: number for key, number in retention.count_due(now).items() if number}

    run = retention.remove_due(now)

    assert run.counts == counted
    assert counted.keys() == {
        "details",
        "ended",
        "group_messages",
        "mail_texts",
        "participants",
        "unclaimed_files",
    }
    assert (counted["details"], counted["participants"], counted["ended"]) == (2, 2, 1)
    assert SignUp.objects.filter(email="").count() == 3
    assert set(retention.count_due(now).values()) == {0}
    assert retention.remove_due(now).counts == {}
    assert list(invariants.violations()) == []
    assert SignUp.objects.get(pk=other.pk).forgotten_at == now


def test_a_certificate_can_be_checked_after_its_holder_is_forgotten(client, sign_up):
    set_last_day(sign_up, timezone.localdate() - timedelta(days=800))
    name, code = sign_up.full_name, sign_up.certificate.code

    call_command("forget", stdout=StringIO())

    assert SignUp.objects.get(pk=sign_up.pk).email == ""
    assert certificates.find_by_code(code).facts["name"] == name


def test_a_dry_run_removes_nothing(sign_up):
    set_last_day(sign_up, timezone.localdate() - timedelta(days=800))
    said = StringIO()

    call_command("forget", "--dry-run", stdout=said)

    assert said.getvalue() == "details: 1\nparticipants: 1\n2 would be removed\n"
    assert SignUp.objects.filter(email="").count() == 0
    assert RetentionRun.objects.count() == 0


def test_the_forecast_counts_what_is_due_this_month_and_next(
    sign_up, django_assert_max_num_queries
):
    set_last_day(sign_up, date(2026, 7, 25))  # its details are due on 26 October

    def details(now):
        with django_assert_max_num_queries(7):
            return next(coming for rule, coming in retention.forecast(now) if rule.key == "details")

    september, october = midnight(date(2026, 9, 15)), midnight(date(2026, 10, 15))
    november = midnight(date(2026, 11, 15))
    assert details(september) == {"overdue": 0, "this_month": 0, "next_month": 1}
    assert details(october) == {"overdue": 0, "this_month": 1, "next_month": 0}
    assert details(november) == {"overdue": 1, "this_month": 0, "next_month": 0}


def test_an_abandoned_payment_is_removed_after_its_term(event):
    now = timezone.now()
    sign_up = factories.sign_up(event)
    made = {"sign_up": sign_up, "gateway": "mollie", "amount_cents": 1, "reference": "tr_x"}
    Payment.objects.create(**made, created_at=now - timedelta(days=31 + 9 * 366))
    assert due("payments", now) == 1
