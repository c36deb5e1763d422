"""The pay link: made by the person, opened by who pays, and nothing more than that."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from courses.domain import buyers, sign_ups
from courses.gateways import pretend_bank
from courses.models import Invoice, Payment, SignUp
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories, visitors

HOME = sign_ups.Buyer(street="Geheimelaan 7", postcode="1234 AB", city="Dalfsen")
WORK = sign_ups.Buyer(street="Plein 1", postcode="8011 AB", city="Zwolle", organisation="GGZ Oost")
GGZ = {
    "organisation": "GGZ Oost",
    "reference": "KP 4411",
    "street": "Plein 1",
    "postcode": "8011ab",
    "city": "Zwolle",
    "email": "facturen@ggz.example.nl",
}


@pytest.fixture
def taken(event):
    return factories.sign_up(event, factories.application(buyer=WORK, for_work=True))


@pytest.fixture
def pay(taken):
    """The address of the pay link."""
    buyers.allow_to_pay(taken, by=None)
    return links.buyer_path(again(taken).buyer)


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def own(sign_up, name):
    return links.status_path(sign_up, f"sign_up_{name}")


def main(response):
    return BeautifulSoup(response.content, "html.parser").main


def heading(response):
    return main(response).h1.get_text(" ", strip=True)


def shown_link(response):
    link = main(response).select_one(".pay-link a")
    return link and link["href"]


def test_a_person_who_may_not_let_others_pay_is_not_offered_it(client, taken):
    page = client.get(links.status_path(taken))
    tried = client.post(own(taken, "pay_link"), follow=True)

    assert own(taken, "employer") not in page.text
    assert shown_link(tried) is None
    assert again(taken).buyer.token_hash is None


def test_the_link_can_be_copied_renewed_and_mailed(client, taken, pay):
    first = shown_link(client.get(links.status_path(taken)))
    new = shown_link(client.post(own(taken, "pay_link"), {"anew": "1"}, follow=True))
    client.post(own(taken, "employer"), {"email": "baas@ggz.example.nl"})

    assert first == f"http://testserver{pay}"
    assert new != first
    assert client.get(pay).status_code == 404
    assert OutgoingMail.objects.get(kind="buyer_pay_link").to == "baas@ggz.example.nl"


def test_mailing_the_link_has_a_limit(client, taken, pay):
    sent = {"email": "baas@ggz.example.nl"}
    answers = [client.post(own(taken, "employer"), sent).status_code for _try in range(11)]

    assert answers == [302] * 10 + [429]
    assert client.post(own(taken, "employer"), {"email": "x"}).status_code == 422


def test_who_pays_sees_what_it_is_for_and_nothing_else_of_the_person(client, event, pay, taken):
    response = client.get(pay)
    page = main(response).get_text(" ")

    for shown in ("Noor van der Meer", taken.event_title, taken.roster.code, "1.195,-"):
        assert shown in page
    for hidden in ("noor@example.nl", "12345678", links.token(taken)):
        assert hidden not in response.text
    assert main(response).select_one("[name=organisation]")["value"] == "GGZ Oost"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_home_address_is_not_shown_to_the_employer(client, event):
    taken = factories.sign_up(event, factories.somebody(buyer=HOME))
    buyers.allow_to_pay(taken, by=None)

    assert "Geheimelaan" not in client.get(links.buyer_path(again(taken).buyer)).text


def test_paying_at_once_leads_to_the_bank_and_back(client, taken, pay):
    to_bank = client.post(pay, GGZ | {"way": "now"})
    payment = Payment.objects.get()
    bank = client.get(to_bank["Location"])
    open_page = client.get(f"{pay}terug/", follow=True)
    pretend_bank.decide(payment.reference, "paid")
    back = client.get(f"{pay}terug/", follow=True)

    assert payment.by_buyer
    assert payment.checkout_url in bank.text
    assert heading(open_page) == "Uw betaling wordt verwerkt"
    assert heading(back) == "Er is betaald"
    assert again(taken).state == SignUp.State.CONFIRMED
    number = Invoice.objects.get().number
    assert client.get(f"{pay}documenten/{number}.pdf").content.startswith(b"%PDF-")


def test_by_invoice_the_place_is_held_and_nothing_has_to_be_paid_now(client, taken, pay):
    for _press in range(2):
        client.post(pay, GGZ | {"way": "invoice"})
    page = client.get(pay)

    invoice = Invoice.objects.get()
    assert invoice.facts["buyer"]["postcode"] == "8011 AB"
    assert heading(page) == f"U betaalt op factuur {invoice.number}"
    assert main(page).select("input[name=organisation]") == []
    assert invoice.number in main(client.get(links.status_path(taken))).get_text()
    assert client.post(pay, {"way": "now"})["Location"] == f"{pay}bank/"


def test_what_is_missing_is_said_and_what_was_typed_stays(client, pay):
    response = client.post(pay, GGZ | {"organisation": "", "email": "x", "way": "now"})

    assert response.status_code == 422
    assert visitors.summary_links(response) == [
        ("#id_organisation", "Vul de naam van de organisatie in"),
        ("#id_email", "Vul een e-mailadres in zoals naam@voorbeeld.nl"),
    ]
    assert main(response).select_one("[name=reference]")["value"] == "KP 4411"
    assert Payment.objects.count() == 0


def test_a_provider_that_is_away_loses_nothing_that_was_typed(client, taken, pay, fake_mollie):
    fake_mollie.fail("create", times=9, status=500)
    done = client.post(pay, GGZ | {"way": "now"}, follow=True)

    assert "Betalen lukt op dit moment niet" in main(done).get_text()
    assert again(taken).buyer.reference == "KP 4411"


def test_another_persons_papers_are_not_there(client, event, taken, pay):
    other = factories.sign_up(event, factories.somebody(buyer=WORK))
    buyers.allow_to_pay(other, by=None)
    buyers.choose_invoice(again(other).buyer, buyers.Details(**GGZ))

    assert client.get(f"{pay}documenten/{Invoice.objects.get().number}.pdf").status_code == 404


def test_the_link_of_one_opens_nothing_of_the_other(client, taken, pay):
    of_buyer, of_person = links.token(again(taken).buyer), links.token(taken)

    wrong = [reverse("sign_up_status", args=[of_buyer]), reverse("buyer_pay", args=[of_person])]
    assert [client.get(page).status_code for page in wrong] == [404, 404]


def test_in_english_too(client, event):
    taken = factories.sign_up(event, factories.somebody(buyer=WORK), language="en")
    buyers.allow_to_pay(taken, by=None)
    pay = links.buyer_path(again(taken).buyer)

    assert pay.startswith("/en/pay/")
    assert heading(client.get(pay)) == f"Pay for the course of {taken.full_name}"
