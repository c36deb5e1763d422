"""When what goes: exactly what is due, at Dutch midnight, once, and as many as were counted."""

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
def taken(event, office):
    """Somebody with a final place, and something of each kind."""
    waiting = factories.sign_up(event, factories.somebody(remarks="Vegetarisch"))
    paid = payments.record(waiting, by=office)
    presence.record_days(paid, {event.first_day})
    certificates.issue(paid, by=office)
    return paid


def last_day(taken, day):
    Roster.objects.filter(pk=taken.roster_id).update(last_day=day)


def ended(taken, at):
    SignUp.objects.filter(pk=taken.pk).update(state="cancelled", ended_at=at)
    taken.claims.all().delete()


# The last day counts; the night after it belongs to the next day. Clocks change on 25 October 2026
# and on 28 March 2027.
@pytest.mark.parametrize(
    ("of_course", "over_from"),
    [
        (date(2026, 7, 24), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        (date(2026, 7, 25), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (date(2026, 12, 27), datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
        (date(2026, 12, 28), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
        (date(2026, 11, 30), datetime(2027, 2, 28, 23, 0, tzinfo=UTC)),
    ],
)
def test_details_go_three_months_after_the_last_day(taken, of_course, over_from):
    last_day(taken, of_course)

    assert due("details", over_from - MINUTE) == 0
    assert due("details", over_from) == 1
    assert due("participants", over_from) == 0


@pytest.mark.parametrize(
    ("ended_at", "over_from"),
    [
        (datetime(2026, 7, 25, 21, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (datetime(2026, 7, 25, 22, 0, tzinfo=UTC), datetime(2026, 10, 26, 23, 0, tzinfo=UTC)),
        (datetime(2026, 12, 28, 22, 59, tzinfo=UTC), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
    ],
)
def test_what_ended_goes_after_three_months(taken, ended_at, over_from):
    ended(taken, ended_at)

    assert due("ended", over_from - MINUTE) == 0
    assert due("ended", over_from) == 1
    assert due("participants", over_from) == due("details", over_from) == 0


@pytest.mark.parametrize(
    ("key", "years", "change"),
    [
        ("participants", terms.CONTACT_YEARS, last_day),
        (
            "certificates",
            terms.CERTIFICATE_YEARS,
            lambda taken, day: Certificate.objects.update(issued_at=midnight(day)),
        ),
    ],
)
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_years_end_with_their_last_day(taken, key, years, change, offset):
    change(taken, date(2026, 6, 10))
    now = midnight(date(2026 + years, 6, 10) + timedelta(days=offset))

    assert due(key, now) == (offset > 0)


def test_money_papers_stay_for_seven_calendar_years(taken):
    Invoice.objects.update(issued_on=date(2026, 1, 1))
    Payment.objects.update(created_at=midnight(date(2026, 12, 31)), reference="tr_1")
    before, after = midnight(date(2033, 12, 31)), midnight(date(2034, 1, 1))

    assert (due("invoices", before), due("payments", before)) == (0, 0)
    assert (due("invoices", after), due("payments", after)) == (1, 1)


def test_money_that_moved_in_a_later_year_keeps_its_payment_findable(taken):
    in_time, later = midnight(date(2026, 12, 31)), midnight(date(2027, 1, 1))
    Payment.objects.update(created_at=in_time, paid_at=in_time, reference="tr_1")
    over = midnight(date(2034, 1, 1))
    assert due("payments", over) == 1

    refund = Refund.objects.create(
        payment=taken.payments.get(), amount_cents=1, reason="office", created_at=in_time
    )
    for changed in (
        Refund.objects.filter(pk=refund.pk, created_at=in_time).update(created_at=later),
        Refund.objects.filter(pk=refund.pk).update(created_at=in_time, done_at=later),
        Payment.objects.update(paid_at=later) and Refund.objects.update(done_at=in_time),
    ):
        assert changed == 1
        assert (due("payments", over), due("payments", midnight(date(2035, 1, 1)))) == (0, 1)


def test_nobody_is_named_on_an_old_invoice_and_no_number_is_missing(taken):
    facts = taken.invoices.get().facts

    retention.remove_due(midnight(date(timezone.localdate().year + 8, 1, 1)))

    left = taken.invoices.get()
    assert (left.facts["participant"], set(left.facts["buyer"].values())) == ("", {""})
    assert left.facts["total_cents"] == facts["total_cents"]
    assert invoice_pdf(left.facts, "nl").startswith(b"%PDF")
    assert NumberSeries.objects.get().last == 1
    assert list(invariants.violations()) == []


def test_money_on_its_way_is_waited_for(taken, office):
    now = timezone.now()
    ended(taken, now - timedelta(days=200))
    payment = taken.payments.get()
    refund = Refund.objects.create(
        payment=payment, amount_cents=100, state="pending", reason="office", created_at=now
    )

    assert due("ended", now) == 0
    refund.state = Refund.State.DONE
    refund.save()
    assert due("ended", now) == 1


def test_an_attempt_to_pay_that_nobody_asks_about_keeps_nobody(taken):
    now = timezone.now()
    ended(taken, now - timedelta(days=200))
    Payment.objects.create(
        sign_up=taken, gateway="mollie", amount_cents=1, created_at=now - timedelta(days=100)
    )

    assert due("ended", now) == 1


def test_one_that_fails_keeps_no_other(event, taken, office, monkeypatch):
    now = timezone.now()
    gone = [factories.sign_up(event) for _person in range(3)]
    for sign_up in gone:
        ended(sign_up, now - timedelta(days=200))
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


def test_it_is_counted_first_goes_once_and_is_reported(event, taken, office):
    now = timezone.now()
    other = payments.record(factories.sign_up(event, factories.somebody(remarks="x")), by=office)
    gone = factories.sign_up(event)
    ended(gone, now - timedelta(days=200))
    last_day(taken, timezone.localdate() - timedelta(days=800))
    OutgoingMail.objects.update(state="sent", created_at=now - timedelta(days=100))
    Upload.objects.create(name="x", content_type="x", size=1, file="uploads/x.pdf")
    Upload.objects.update(created_at=now - timedelta(days=2))
    RosterMessage.objects.create(roster=taken.roster, subject="Tot morgen")
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


def test_the_certificate_can_be_checked_long_after_the_person_is_forgotten(client, taken):
    last_day(taken, timezone.localdate() - timedelta(days=800))
    name, code = taken.full_name, taken.certificate.code

    call_command("forget", stdout=StringIO())

    assert SignUp.objects.get(pk=taken.pk).email == ""
    assert certificates.find_by_code(code).facts["name"] == name


def test_a_dry_run_removes_nothing(taken):
    last_day(taken, timezone.localdate() - timedelta(days=800))
    said = StringIO()

    call_command("forget", "--dry-run", stdout=said)

    assert said.getvalue() == "details: 1\nparticipants: 1\n2 would be removed\n"
    assert SignUp.objects.filter(email="").count() == 0
    assert RetentionRun.objects.count() == 0


def test_the_forecast_says_what_goes_this_month_and_next(taken, django_assert_max_num_queries):
    last_day(taken, date(2026, 7, 25))  # its details go on 26 October

    def details(now):
        with django_assert_max_num_queries(6):
            return next(coming for rule, coming in retention.forecast(now) if rule.key == "details")

    september, october = midnight(date(2026, 9, 15)), midnight(date(2026, 10, 15))
    november = midnight(date(2026, 11, 15))
    assert details(september) == {"overdue": 0, "this_month": 0, "next_month": 1}
    assert details(october) == {"overdue": 0, "this_month": 1, "next_month": 0}
    assert details(november) == {"overdue": 1, "this_month": 0, "next_month": 0}


def test_an_attempt_of_which_nobody_hears_any_more_is_not_kept_for_good(event):
    now = timezone.now()
    taken = factories.sign_up(event)
    made = {"sign_up": taken, "gateway": "mollie", "amount_cents": 1, "reference": "tr_x"}
    Payment.objects.create(**made, created_at=now - timedelta(days=31 + 9 * 366))
    assert due("payments", now) == 1
