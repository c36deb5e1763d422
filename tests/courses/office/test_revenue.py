"""Revenue and occupancy of course dates."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.domain import admission, cancellations, payments, refunds
from courses.models import Payment, Refund, Roster, SignUp
from courses.office.money import event_money
from tests.courses.neighbours import PLACE

INDEX = reverse("revenue:index")
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def busy(event, make_sign_up):
    """Two people paid, of whom one cancelled with half refunded; one has to pay; one lapsed."""
    payments.record(make_sign_up(), by=None)
    back = payments.record(make_sign_up(), by=None)
    cancellations.cancel(back, by=None, back_cents=50000)
    refunds.pay_back(Refund.objects.get(), by=None)
    make_sign_up()
    lapsed = make_sign_up()
    SignUp.objects.filter(pk=lapsed.pk).update(hold_until=timezone.now())
    return event


def money_of(event):
    return vars(event_money.per_roster([event.roster])[event.roster.pk])


def shown(response):
    return [roster.code for roster in response.context["object_list"]]


def test_a_date_has_its_payments_refunds_and_open_amount(busy):
    assert money_of(busy) == {
        "invoiced": 239000 - 50000,
        "received": 239000,
        "refunded": 50000,
        "open": 119500,
    }


def test_nobody_owes_for_a_date_that_was_called_off(busy):
    Roster.objects.update(state=Roster.State.CALLED_OFF)
    assert money_of(busy)["open"] == 0


def test_what_is_short_of_a_price_is_open(event, make_sign_up):
    payments.record(make_sign_up(), by=None)
    payments.record(make_sign_up(), by=None, cents=119000)
    assert money_of(event)["open"] == 500


def test_a_charge_back_is_not_received(event, make_sign_up):
    paid = payments.record(make_sign_up(), by=None)
    Payment.objects.filter(sign_up=paid).update(charged_back_cents=19500)

    assert money_of(event)["received"] == 100000


def test_a_place_without_a_price_adds_nothing(event, make_sign_up):
    free = make_sign_up(kind="alumni", admission="alumni")
    admission.admit(free, by=None, price_cents=0)

    assert set(money_of(event).values()) == {0}


def test_the_page_has_figures_beside_the_bars(office, busy):
    response = office.get(INDEX)

    [roster] = response.context["object_list"]
    assert roster.figures == {
        "invoiced": f"€{SPACE}1.890,-",
        "received": f"€{SPACE}2.390,-",
        "refunded": f"€{SPACE}500,-",
        "open": f"€{SPACE}1.195,-",
    }
    for words in (*roster.figures.values(), "2 van de 24 plaatsen bezet", "1 cursusdatum"):
        assert words in response.text
    assert (roster.meter.taken, roster.scale) == (2, 239000 + 119500)


def test_the_file_has_the_same_figures_as_numbers(office, busy):
    response = office.get(INDEX, {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")

    [row] = csv.DictReader(io.StringIO(text), delimiter=";")

    names = ("Bezette plaatsen", "Minimum", "Plaatsen", "Gefactureerd", "Ontvangen", "Terugbetaald")
    assert [row[name] for name in names] == ["2", "12", "24", "1890,00", "2390,00", "500,00"]
    assert (row["Nog te ontvangen"], row["Plaats"]) == ("1195,00", "Dalfsen")


@pytest.mark.anywhere
def test_the_report_is_filtered_by_year_course_and_town(office, event, neighbour):
    far = datetime.timedelta(days=3 * 365)
    first, second = neighbour.rosters
    Roster.objects.filter(pk=first.pk).update(first_day=event.first_day + far)
    Roster.objects.filter(pk=second.pk).update(first_day=event.first_day - far)
    ours, later, earlier = [event.code], [first.code], [second.code]

    def found(**query):
        return shown(office.get(INDEX, query))

    everything = later + ours + earlier
    assert found() == everything
    assert found(year=str(event.first_day.year)) == ours
    assert found(year=str((event.first_day + far).year)) == later
    assert found(year=str((event.first_day - far).year)) == earlier
    assert found(year="1999") == everything  # no such choice: not filtered
    assert found(course_title="Runningtherapie") == ours
    assert found(course_title="Buurcursus") == later + earlier
    assert found(town="Dalfsen") == ours
    assert found(town=PLACE) == later + earlier
    assert found(q=event.code) == ours
    assert found(q="niets") == []
    assert found(when="coming") == later + ours
    assert found(when="begun") == earlier


def test_the_figures_of_a_date_are_its_own(busy, neighbour):
    together = event_money.per_roster([busy.roster, *neighbour.rosters])
    price = neighbour.gone.price_cents

    assert vars(together[busy.roster.pk]) == money_of(busy)
    assert money_of(busy)["received"] == 239000
    assert together[neighbour.event.roster.pk].received == 2 * price
    assert together[neighbour.second.roster.pk].received == 0


@pytest.mark.anywhere
def test_without_any_date_the_report_says_so(office):
    assert "Er zijn nog geen cursusgroepen." in office.get(INDEX).text


@pytest.mark.anywhere
def test_only_staff_who_may_see_payments_see_revenue(make_client, event):
    for role, status in (("Geld", 200), ("Bureau", 200), ("Teksten", 302), ("Cursussen", 302)):
        client = make_client(role)
        assert client.get(INDEX).status_code == status
        assert ("/admin/revenue/" in client.get("/admin/").text) == (status == 200)


@pytest.mark.anywhere
def test_the_report_makes_no_more_queries_for_more_dates(office, make_event, make_sign_up):
    asked = []
    for number in range(2):
        day = timezone.localdate() + datetime.timedelta(days=30 + number)
        event = make_event(first_day=day)
        payments.record(make_sign_up(event=event), by=None)
        office.get(INDEX)
        with CaptureQueriesContext(connection) as queries:
            office.get(INDEX)
        asked.append(len(queries))
    assert asked[1] <= asked[0] <= 22


@pytest.mark.anywhere
def test_money_adds_up():
    together = event_money.total([event_money.Money(1, 2, 3, 4), event_money.Money(received=-1)])

    assert vars(together) == {"invoiced": 1, "received": 1, "refunded": 3, "open": 4}
    assert event_money.Money(received=-150).in_euros()["received"] == Decimal("-1.5")
    assert event_money.Money(received=-150).in_words()["received"] == f"− €{SPACE}1,50"
