"""The payment link: made by the participant, opened by the buyer, and good for nothing else."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from courses.documents import invoices as documents
from courses.domain import buyers, payments, sign_ups
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
def sign_up(event):
    return factories.sign_up(event, factories.application(buyer=WORK, for_work=True))


@pytest.fixture
def pay_url(sign_up):
    """The address of the payment link."""
    buyers.allow_to_pay(sign_up, by=None)
    return links.buyer_path(reloaded(sign_up).buyer)


def reloaded(sign_up):
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


def test_the_payment_link_is_offered_only_where_a_buyer_may_pay(client, sign_up):
    page = client.get(links.status_path(sign_up))
    tried = client.post(own(sign_up, "pay_link"), follow=True)

    assert own(sign_up, "employer") not in page.text
    assert shown_link(tried) is None
    assert reloaded(sign_up).buyer.token_hash is None


def test_the_link_can_be_copied_renewed_and_mailed(client, sign_up, pay_url):
    first = shown_link(client.get(links.status_path(sign_up)))
    new = shown_link(client.post(own(sign_up, "pay_link"), {"anew": "1"}, follow=True))
    client.post(own(sign_up, "employer"), {"email": "baas@ggz.example.nl"})

    assert first == f"http://testserver{pay_url}"
    assert new != first
    assert client.get(pay_url).status_code == 404
    assert OutgoingMail.objects.get(kind="buyer_pay_link").to == "baas@ggz.example.nl"


def test_mailing_the_link_has_a_limit(client, sign_up, pay_url):
    sent = {"email": "baas@ggz.example.nl"}
    answers = [client.post(own(sign_up, "employer"), sent).status_code for _try in range(11)]

    assert answers == [302] * 10 + [429]
    assert client.post(own(sign_up, "employer"), {"email": "x"}).status_code == 422


def test_the_buyer_sees_what_is_paid_for_and_no_other_data_of_the_participant(
    client, event, pay_url, sign_up
):
    response = client.get(pay_url)
    page = main(response).get_text(" ")

    for shown in ("Noor van der Meer", sign_up.event_title, sign_up.roster.code, "1.195,-"):
        assert shown in page
    for hidden in ("noor@example.nl", "12345678", links.token(sign_up)):
        assert hidden not in response.text
    assert main(response).select_one("[name=organisation]")["value"] == "GGZ Oost"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_home_address_is_not_shown_to_the_employer(client, event):
    sign_up = factories.sign_up(event, factories.somebody(buyer=HOME))
    buyers.allow_to_pay(sign_up, by=None)

    assert "Geheimelaan" not in client.get(links.buyer_path(reloaded(sign_up).buyer)).text


def test_paying_now_leads_to_the_bank_and_back(client, sign_up, pay_url):
    to_bank = client.post(pay_url, GGZ | {"way": "now"})
    payment = Payment.objects.get()
    bank = client.get(to_bank["Location"])
    open_page = client.get(f"{pay_url}terug/", follow=True)
    pretend_bank.decide(payment.reference, "paid")
    back = client.get(f"{pay_url}terug/", follow=True)

    assert payment.by_buyer
    assert payment.checkout_url in bank.text
    assert heading(open_page) == "Uw betaling wordt verwerkt"
    assert heading(back) == "Er is betaald"
    assert reloaded(sign_up).state == SignUp.State.CONFIRMED
    number = Invoice.objects.get().number
    assert client.get(f"{pay_url}documenten/{number}.pdf").content.startswith(b"%PDF-")


def test_paying_by_invoice_holds_the_place_without_a_payment_now(client, sign_up, pay_url):
    for _press in range(2):
        client.post(pay_url, GGZ | {"way": "invoice"})
    page = client.get(pay_url)

    invoice = Invoice.objects.get()
    assert invoice.facts["buyer"]["postcode"] == "8011 AB"
    assert heading(page) == f"U betaalt op factuur {invoice.number}"
    assert main(page).select("input[name=organisation]") == []
    assert invoice.number in main(client.get(links.status_path(sign_up))).get_text()
    assert client.post(pay_url, {"way": "now"})["Location"] == f"{pay_url}bank/"


def test_a_wrong_form_names_its_errors_and_keeps_what_was_typed(client, pay_url):
    response = client.post(pay_url, GGZ | {"organisation": "", "email": "x", "way": "now"})

    assert response.status_code == 422
    assert visitors.summary_links(response) == [
        ("#id_organisation", "Vul de naam van de organisatie in"),
        ("#id_email", "Vul een e-mailadres in zoals naam@voorbeeld.nl"),
    ]
    assert main(response).select_one("[name=reference]")["value"] == "KP 4411"
    assert Payment.objects.count() == 0


def test_nothing_typed_is_lost_when_the_provider_is_down(client, sign_up, pay_url, fake_mollie):
    fake_mollie.fail("create", times=9, status=500)
    done = client.post(pay_url, GGZ | {"way": "now"}, follow=True)

    assert "Betalen lukt op dit moment niet" in main(done).get_text()
    assert reloaded(sign_up).buyer.reference == "KP 4411"


def test_the_buyer_cannot_open_the_documents_of_another_sign_up(client, event, sign_up, pay_url):
    other = factories.sign_up(event, factories.somebody(buyer=WORK))
    buyers.allow_to_pay(other, by=None)
    buyers.choose_invoice(reloaded(other).buyer, buyers.Details(**GGZ))

    assert client.get(f"{pay_url}documenten/{Invoice.objects.get().number}.pdf").status_code == 404


def test_the_tokens_of_buyer_and_participant_are_not_interchangeable(client, sign_up, pay_url):
    buyer_token, participant_token = links.token(reloaded(sign_up).buyer), links.token(sign_up)

    wrong = [
        reverse("sign_up_status", args=[buyer_token]),
        reverse("buyer_pay", args=[participant_token]),
    ]
    assert [client.get(page).status_code for page in wrong] == [404, 404]


def test_the_page_of_an_english_sign_up_is_in_english(client, event):
    sign_up = factories.sign_up(event, factories.somebody(buyer=WORK), language="en")
    buyers.allow_to_pay(sign_up, by=None)
    pay_url = links.buyer_path(reloaded(sign_up).buyer)

    assert pay_url.startswith("/en/pay/")
    assert heading(client.get(pay_url)) == f"Pay for the course of {sign_up.full_name}"


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        ("failed", "Uw betaling is niet gelukt."),
        ("cancelled", "De betaling is afgebroken."),
        ("expired", "De tijd om bij uw bank te betalen is verstreken."),
    ],
)
def test_the_buyer_is_told_that_there_is_no_money(client, sign_up, pay_url, ends, why):
    client.post(pay_url, GGZ)
    pretend_bank.decide(Payment.objects.get().reference, ends)
    back = client.get(f"{pay_url}terug/", follow=True)
    own_page = client.get(links.status_path(sign_up), {"note": "unpaid"})

    [said] = main(back).select(".status-note[role=status]")
    assert " ".join(said.get_text(" ").split()) == (
        f"{why} Er is niets afgeschreven. U kunt het hieronder nog eens proberen."
    )
    assert main(back).select_one("button[value=now]")
    assert main(own_page).select(".status-note") == []


def test_no_invoice_can_be_chosen_that_would_name_no_account(client, sign_up, pay_url):
    assert main(client.get(pay_url)).select_one("button[value=invoice]")
    factories.settings(iban="")
    client.post(pay_url, GGZ | {"way": "invoice"})

    assert main(client.get(pay_url)).select_one("button[value=invoice]") is None
    assert Invoice.objects.count() == 0
    assert "op rekening" not in main(client.get(own(sign_up, "employer"))).get_text()


def test_the_invoice_says_how_to_pay_as_long_as_it_can_be_paid(client, sign_up, pay_url):
    client.post(pay_url, GGZ | {"way": "invoice"})
    invoice = Invoice.objects.get()
    download = client.get(f"{pay_url}documenten/{invoice.number}.pdf")
    link = links.buyer_url(reloaded(sign_up).buyer)
    said = documents._invoice_words(invoice.facts, documents._pay_url(invoice))

    assert download.content.startswith(b"%PDF-")
    assert said["pay"][1:] == [
        "Op rekening NL91\xa0ABNA\xa00417\xa01643\xa000 ten name van Runningtherapie.nl,"
        f" onder vermelding van {invoice.number}.",
        "Of direct online, met de QR-code of deze link:",
    ]
    assert (said["pay_url"], said["qr"] != "") == (link, True)
    assert link.strip("/").split("/")[-1] not in str(invoice.facts)

    payments.record(reloaded(sign_up), by=None)
    invoice = Invoice.objects.get()
    said = documents._invoice_words(invoice.facts, documents._pay_url(invoice))
    assert (said["pay_url"], said["qr"]) == ("", "")
