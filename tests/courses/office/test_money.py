"""The money of a sign-up: what its page shows, and the verbs about it and about refunds."""

import datetime
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courses.domain import admission, buyers, cancellations, invoices, payments, refunds, sign_ups
from courses.models import CoursePage, Invoice, Payment, Refund, Roster, SignUp
from mail.models import OutgoingMail

PRICE = "€\N{NO-BREAK SPACE}1.195,-"
HALF = "€\N{NO-BREAK SPACE}597,50"


@pytest.fixture
def at_bank(make_sign_up):
    """A sign-up that was paid at the bank, as recorded by the office."""
    return payments.record(make_sign_up(), by=None)


@pytest.fixture
def through_provider(fake_mollie, make_sign_up):
    sign_up = make_sign_up()
    payment = payments.start(sign_up)
    fake_mollie.set_status(payment.reference, "paid")
    payments.sync(payment)
    return SignUp.objects.get(pk=sign_up.pk)


def page(name, sign_up):
    return reverse(f"sign_ups:{name}", args=[sign_up.pk])


def messages_in(response):
    return [str(message).strip() for message in response.context["messages"]]


def refund_of(sign_up):
    return Refund.objects.get(payment__sign_up=sign_up)


# --- The page of a sign-up ---------------------------------------------------------------------


def test_the_page_shows_payments_refunds_and_invoices(office, through_provider):
    cancellations.cancel(through_provider, by=office.user, back_cents=59750)

    shown = office.get(page("inspect", through_provider)).text

    payment = Payment.objects.get()
    for fact in (PRICE, "betaald, Mollie", payment.reference, f"Terug: {HALF}"):
        assert fact in shown
    for paper in Invoice.objects.all():
        assert f"{paper.number} (PDF)" in shown
        assert reverse("invoices:pdf", args=[paper.pk]) in shown
    assert f"\N{MINUS SIGN} {HALF}" in shown
    assert "Besloten door het bureau" in shown


@pytest.mark.parametrize("allowed_by", ["nobody", "office", "course"])
def test_the_page_says_whether_the_employer_may_pay(office, course, make_sign_up, allowed_by):
    CoursePage.objects.update(buyer_may_pay=allowed_by == "course")
    sign_up = make_sign_up()
    if allowed_by == "office":
        buyers.allow_to_pay(sign_up, by=office.user)

    response = office.get(page("inspect", sign_up))

    words = {
        "nobody": "nee",
        "office": "ja, het bureau heeft het toegestaan",
        "course": "ja, zoals iedereen op deze cursus",
    }
    assert response.context["money"]["employer_may_pay"] == words[allowed_by]
    offered = {verb.name for verb in response.context["verbs"]}
    assert ("allow_buyer" in offered) == (allowed_by == "nobody")


def test_the_page_offers_the_decisions_about_a_refund(office, at_bank):
    cancellations.cancel(at_bank, by=None, back_cents=100)
    assert (
        reverse("refunds:transferred", args=[refund_of(at_bank).pk])
        in office.get(page("inspect", at_bank)).text
    )


def test_the_address_of_a_mail_that_bounced_is_corrected_on_its_page(office, make_sign_up):
    sign_up = make_sign_up()
    OutgoingMail.objects.filter(to=sign_up.email).update(state="sent", delivery="bounced")
    mail = OutgoingMail.objects.get(to=sign_up.email)
    again = reverse("outbox:send_again", args=[mail.pk])
    shown = office.get(page("inspect", sign_up)).text
    assert mail.outcome_label in shown
    assert again in shown

    office.post(again, {"to": "noor@example.nl", "there_too": "on"})

    sign_up.refresh_from_db()
    assert sign_up.email == "noor@example.nl"
    assert sign_up.person_key == sign_ups.person_key("Noor", "", "Öztürk", "noor@example.nl")
    shown = office.get(page("inspect", sign_up)).text
    assert "e-mailadres verbeterd" in shown
    assert again not in shown


def test_an_address_that_would_duplicate_a_person_is_refused(office, make_sign_up):
    sign_up, same = make_sign_up(), make_sign_up()
    mail = OutgoingMail.objects.get(to=sign_up.email)
    address = reverse("outbox:send_again", args=[mail.pk])
    response = office.post(address, {"to": same.email, "there_too": "on"})
    assert "staat al op deze cursusdatum" in response.text
    assert OutgoingMail.objects.filter(copy_of=mail).count() == 0


# --- Admit with a price ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "state", "cents"), [("245", "awaiting_payment", 24500), ("0", "confirmed", 0)]
)
def test_a_person_without_a_price_is_admitted_with_one(office, make_sign_up, typed, state, cents):
    sign_up = make_sign_up(kind="alumni", admission="alumni")
    office.post(page("accept", sign_up), {"price_cents": typed})
    sign_up.refresh_from_db()
    assert (sign_up.state, sign_up.price_cents) == (state, cents)


@pytest.mark.parametrize("typed", ["", "abc"])
def test_without_a_price_nobody_is_admitted(office, make_sign_up, typed):
    sign_up = make_sign_up(kind="alumni", admission="alumni")
    response = office.post(page("accept", sign_up), {"price_cents": typed})
    assert response.context["form"].errors.keys() == {"price_cents"}
    assert f'value="{typed}"' in response.text or not typed
    sign_up.refresh_from_db()
    assert (sign_up.state, sign_up.price_cents) == ("review", None)


def test_a_price_that_was_agreed_on_stays(office, make_sign_up):
    sign_up = make_sign_up(admission="exception")
    assert "price_cents" not in office.get(page("accept", sign_up)).text
    assert admission.admit(sign_up, by=None, price_cents=1).price_cents == 119500


# --- Cancel with a choice ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "cents"),
    [
        ({"back": "terms-119500"}, 119500),
        ({"back": "all-119500"}, 119500),
        ({"back": "none-0"}, 0),
        ({"back": "amount", "amount": "100,50"}, 10050),
    ],
)
def test_cancelling_refunds_what_was_chosen(office, at_bank, data, cents):
    office.post(page("cancel", at_bank), data)
    at_bank.refresh_from_db()
    back = [refund.amount_cents for refund in Refund.objects.all()]
    assert (at_bank.state, back) == ("cancelled", [cents] if cents else [])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Kies wat er teruggaat."),
        ({"back": "terms-1"}, "Dit bedrag is intussen veranderd."),
        ({"back": "amount", "amount": ""}, "Vul in hoeveel er teruggaat."),
        ({"back": "amount", "amount": "2.000,25"}, "teruggaan."),
    ],
)
def test_a_wrong_choice_cancels_nothing_and_keeps_what_was_typed(office, at_bank, data, words):
    response = office.post(page("cancel", at_bank), data)
    assert words in response.text
    assert f'value="{data.get("amount", "")}"' in response.text or not data.get("amount")
    at_bank.refresh_from_db()
    assert at_bank.state == "confirmed"


def test_a_payment_that_arrives_while_staff_cancel_is_noticed(office, make_sign_up):
    sign_up = make_sign_up()
    assert "Wat gaat er terug?" not in office.get(page("cancel", sign_up)).text
    payments.record(sign_up, by=None)
    assert "Kies wat er teruggaat." in office.post(page("cancel", sign_up)).text
    with pytest.raises(cancellations.StaleQuoteError):
        cancellations.cancel(sign_up, by=office.user, paid_cents=0)
    sign_up.refresh_from_db()
    assert sign_up.state == "confirmed"


def test_the_question_about_cancelling_shows_the_terms_and_the_way_of_the_refund(office, at_bank):
    shown = office.get(page("cancel", at_bank)).text
    assert f"Volgens de voorwaarden: {PRICE}" in shown
    assert "wordt met de hand overgemaakt" in shown


def test_everything_is_refunded_by_default_for_a_date_that_is_called_off(office, through_provider):
    Roster.objects.update(state="called_off")
    response = office.get(page("cancel", through_provider))
    assert response.context["form"].initial == {"back": "all-119500"}
    assert "vanzelf via de betaaldienst" in response.text


# --- Refunds -----------------------------------------------------------------------------------


def test_the_list_shows_undecided_refunds_and_all_on_request(office, at_bank, through_provider):
    cancellations.cancel(at_bank, by=None, back_cents=100)
    cancellations.cancel(through_provider, by=None, back_cents=200)

    def listed(**data):
        found = office.get(reverse("refunds:index"), data).context["object_list"]
        return sorted(refund.amount_cents for refund in found)

    assert listed() == [100]
    assert listed(show="under_way") == [200]
    assert listed(show="over") == []
    assert listed(show="all") == [100, 200]
    assert listed(show="all", q="noor ozturk") == [100, 200]
    assert listed(show="all", q="Öztürk niemand") == []
    assert "<strong>1</strong> terugbetaling om over te beslissen" in office.get("/admin/").text


def test_a_transfer_by_the_office_is_noted(office, at_bank):
    cancellations.cancel(at_bank, by=None, back_cents=100)
    refund = refund_of(at_bank)
    address = reverse("refunds:transferred", args=[refund.pk])
    assert "De site maakt niets over" in office.get(address).text
    assert refund_of(at_bank).state == "due"

    office.post(address)

    assert (refund_of(at_bank).state, refund_of(at_bank).by) == ("done", office.user)
    assert at_bank.changes.last().note == "refund agreed"


@pytest.mark.parametrize(
    ("verb", "state"), [("pay_back", "queued"), ("transferred", "done"), ("keep", "dropped")]
)
def test_a_refund_that_failed_has_three_decisions(office, through_provider, verb, state):
    cancellations.cancel(through_provider, by=None, back_cents=100)
    Refund.objects.update(state="failed")
    response = office.post(
        reverse(f"refunds:{verb}", args=[refund_of(through_provider).pk]), follow=True
    )
    assert response.redirect_chain == [(reverse("refunds:index"), 302)]
    assert refund_of(through_provider).state == state
    shown = office.get(page("inspect", through_provider)).text
    assert ("terugbetaling geweigerd" if verb == "keep" else "terugbetaling goedgekeurd") in shown


def test_a_refund_is_decided_once(office, at_bank):
    cancellations.cancel(at_bank, by=None, back_cents=100)
    refund = refund_of(at_bank)
    refunds.drop(refund, by=office.user)
    for method in (office.get, office.post):
        response = method(reverse("refunds:transferred", args=[refund.pk]), follow=True)
        assert messages_in(response) == [
            "Dit kan niet meer: deze terugbetaling is nu ‘Niet terugbetaald’. Er is niets"
            " gewijzigd."
        ]


# --- Invoices ----------------------------------------------------------------------------------


@pytest.fixture
def written(at_bank, make_sign_up):
    """A paid invoice with a credit note for a part of it, and an unpaid one past its due date."""
    invoices.credit(at_bank.invoices.get(), 50000)
    unpaid = make_sign_up(last_name="Bakker")
    invoices.issue(unpaid, due_on=timezone.localdate() - datetime.timedelta(days=1))
    return list(Invoice.objects.order_by("sequence"))


def test_list_of_invoices(office, written):
    shown = office.get(reverse("invoices:index")).text
    for words in ("Betaald", f"corrigeert {written[0].number}", "Niet op tijd betaald"):
        assert words in shown

    def listed(**data):
        found = office.get(reverse("invoices:index"), data).context["object_list"]
        return {invoice.pk for invoice in found}

    paid, credited, late = (invoice.pk for invoice in written)
    assert listed(q="Bakker") == listed(q="BÅKKER") == {late}
    assert listed(q="ozturk") == {paid, credited}
    assert listed(kind="credit_note") == {credited}
    assert listed(month=f"{timezone.localdate():%Y-%m}") == {paid, credited, late}


def test_exports_of_invoices_add_up(office, written):
    response = office.get(reverse("invoices:index"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    column = [cell.value for cell in sheet[1]].index("Bedrag") + 1
    amounts = [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]
    assert sorted(Decimal(str(amount)) for amount in amounts) == [-500, 1195, 1195]
    plain = b"".join(office.get(reverse("invoices:index"), {"export": "csv"}).streaming_content)
    assert '"-500,00"' in plain.decode()


def test_an_invoice_is_a_download(office, written):
    response = office.get(reverse("invoices:pdf", args=[written[0].pk]))
    assert response.content.startswith(b"%PDF-")
    assert written[0].number in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


# --- Cost and rights ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["refunds:index", "invoices:index"])
def test_lists_make_no_more_queries_for_more_rows(office, make_sign_up, name):
    asked = []
    for number in (1, 2):
        for _time in range(number):
            paid = payments.record(make_sign_up(), by=None)
            cancellations.cancel(paid, by=None, back_cents=100)
        office.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            office.get(reverse(name))
        asked.append(len(queries))
    assert asked[0] == asked[1] < 25


def test_the_group_for_texts_sees_no_money(make_client, at_bank):
    cancellations.cancel(at_bank, by=None, back_cents=100)
    client = make_client("Teksten")
    refund, invoice = refund_of(at_bank), at_bank.invoices.first()
    for address in (
        reverse("refunds:index"),
        reverse("refunds:transferred", args=[refund.pk]),
        reverse("refunds:keep", args=[refund.pk]),
        reverse("invoices:index"),
        reverse("invoices:pdf", args=[invoice.pk]),
    ):
        assert client.get(address).status_code == 302
        client.post(address)
    assert refund_of(at_bank).state == "due"
    shown = client.get("/admin/").text
    assert "/admin/refunds/" not in shown
    assert "om over te beslissen" not in shown
