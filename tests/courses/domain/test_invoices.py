"""Invoices and credit notes, and their numbers."""

import datetime
from contextlib import suppress

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.models import SiteSettings
from courses.domain import cancellations, invoices, notices, payments
from courses.models import Invoice
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories
from tests.load.threads import at_once


@pytest.fixture
def paid(event, office):
    return payments.record(factories.sign_up(event), by=office)


def numbers():
    return list(Invoice.objects.order_by("year", "sequence").values_list("sequence", flat=True))


def kinds(sign_up):
    rows = sign_up.invoices.order_by("sequence")
    return [(row.kind, row.amount_cents, row.credits and row.credits.sequence) for row in rows]


def test_an_invoice_names_seller_buyer_and_participant(event, office):
    factories.settings(
        legal_name="Runningtherapie B.V.", kvk_number="12345678", crkbo_registered=True
    )
    buyer = factories.buyer(organisation="GGZ Noord", reference="KP 1")
    taken = factories.sign_up(event, factories.somebody(last_name="O'Neill", buyer=buyer))

    invoice = payments.record(taken, by=office).invoices.get()

    today = timezone.localdate()
    assert invoice.number == f"{today.year}-{invoice.sequence:04}"
    assert invoice.facts["number"] == invoice.number
    assert invoice.facts["seller"]["legal_name"] == "Runningtherapie B.V."
    assert invoice.facts["buyer"]["organisation"] == "GGZ Noord"
    assert invoice.facts["participant"] == "Noor van der O'Neill"
    assert invoice.facts["days"] == event.days_in_words
    assert invoice.facts["paid_on"] == today.isoformat()
    assert invoice.facts["vat"] == {
        "exempt": True,
        "percent": "",
        "net_cents": 119500,
        "vat_cents": 0,
    }


@pytest.mark.parametrize(
    ("percent", "cents", "net", "vat"),
    [("21", 119500, 98760, 20740), ("9", 109, 100, 9), ("0", 119500, 119500, 0), ("21", 1, 1, 0)],
)
def test_the_price_includes_the_vat(event, office, percent, cents, net, vat):
    factories.settings(vat_percent=percent)
    event.facts.price_cents = cents
    factories.publish(event.facts)

    paid = payments.record(factories.sign_up(factories.again(event)), by=office)

    facts = paid.invoices.get().facts["vat"]
    assert (facts["net_cents"], facts["vat_cents"], facts["percent"]) == (net, vat, percent)


def test_an_invoice_does_not_change_with_the_page_or_the_institute(paid):
    before = paid.invoices.get().facts
    factories.settings(institute_name="Another name")

    assert invoices.issue(paid).facts == before
    assert paid.invoices.count() == 1


def test_without_a_price_there_is_no_invoice(event):
    event.facts.price_cents = 0
    factories.publish(event.facts)

    free = factories.sign_up(factories.again(event))

    assert (free.state, free.invoices.count()) == ("confirmed", 0)


def test_a_cancellation_credits_what_goes_back(paid, office):
    cancellations.cancel(paid, by=office, back_cents=59750)

    first = numbers()[0]
    assert kinds(paid) == [("invoice", 119500, None), ("credit_note", 59750, first)]
    assert invoices.credit(paid.invoices.get(kind="invoice"), 999999).amount_cents == 59750
    assert invoices.credit(paid.invoices.get(kind="invoice"), 1) is None


def test_an_unpaid_invoice_is_credited_completely(event, office):
    taken = factories.sign_up(event)
    invoices.issue(taken, due_on=timezone.localdate() + datetime.timedelta(days=14))

    cancellations.cancel(taken, by=office)

    assert [amount for _kind, amount, _credits in kinds(taken)] == [119500, 119500]


def test_a_move_replaces_the_invoice(paid, office):
    other = factories.event()
    paid.roster, paid.event_title = other.roster, other.title

    invoices.replace(paid)

    first = numbers()[0]
    assert kinds(paid) == [
        ("invoice", 119500, None),
        ("credit_note", 119500, first),
        ("invoice", 119500, None),
    ]
    assert invoices.standing(paid).facts["code"] == other.code


def test_numbers_have_no_gap_when_many_are_issued_at_once(own_database):
    factories.settings()
    event = factories.event()
    office = factories.user()
    people = [factories.sign_up(event) for _person in range(12)]

    at_once([lambda person=person: payments.record(person, by=office) for person in people])

    first = numbers()[0]
    assert numbers() == list(range(first, first + 12))


def test_an_invoice_that_is_rolled_back_leaves_no_gap(own_database):
    factories.settings()
    event = factories.event()
    first, second = factories.sign_up(event), factories.sign_up(event)
    with suppress(ZeroDivisionError), transaction.atomic():
        invoices.issue(first)
        raise ZeroDivisionError

    with transaction.atomic():
        assert invoices.issue(second).sequence == 1


# --- The institute's own data ---


@pytest.fixture
def held(event, office):
    """The invoice of somebody who paid before the institute filled in its own data."""
    factories.settings(iban="", kvk_number="")
    return payments.record(factories.sign_up(event), by=office).invoices.get()


def mailed_numbers():
    notices.mail_documents()
    mails = OutgoingMail.objects.filter(kind__in=["buyer_invoice", "buyer_credit_note"])
    return [mail.attachments.get().filename for mail in mails.order_by("pk")]


def test_no_invoice_leaves_before_the_institute_has_filled_in_its_own_data(client, held):
    own = links.status_path(held.sign_up)
    download = reverse("sign_up_invoice", args=[links.token(held.sign_up), held.number])

    assert mailed_numbers() == []
    assert held.number not in client.get(own).text
    assert client.get(download).status_code == 404

    Invoice.objects.update(created_at=timezone.now() - datetime.timedelta(days=300))
    factories.settings(legal_name="Running B.V.", vat_percent=9)
    assert mailed_numbers() == [f"{held.number}.pdf"]
    held.refresh_from_db()
    assert held.facts["seller"]["iban"] == "NL91 ABNA 0417 1643 00"
    assert held.facts["seller"]["legal_name"] == "Running B.V."
    assert held.facts["vat"]["percent"] == "9"
    assert "held" not in held.facts
    assert held.number in client.get(own).text
    assert client.get(download).content.startswith(b"%PDF")


def test_what_has_left_is_never_filled_in_anew(event, office):
    gone = payments.record(factories.sign_up(event), by=office).invoices.get()
    factories.settings(legal_name="Andere naam", iban="")

    assert mailed_numbers() == [f"{gone.number}.pdf"]
    gone.refresh_from_db()
    assert gone.facts["seller"]["iban"] == "NL91 ABNA 0417 1643 00"
    assert gone.facts["seller"]["legal_name"] == ""


@pytest.mark.parametrize("name", ["street", "postcode", "city", "kvk_number", "vat_number", "iban"])
def test_each_fact_of_the_institute_counts(db, name):
    assert factories.settings().missing_on_invoices == []
    label = SiteSettings._meta.get_field(name).verbose_name
    assert factories.settings(**{name: ""}).missing_on_invoices == [label]


def test_whoever_is_exempt_needs_no_vat_id(db):
    assert factories.settings(crkbo_registered=True, vat_number="").missing_on_invoices == []
