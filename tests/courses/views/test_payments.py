"""From the form to the bank and back, whatever the provider does."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from courses.domain import payments
from courses.gateways import pretend_bank
from courses.models import CoursePage, Payment, SignUp
from courses.reading import links
from tests import factories, visitors


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


@pytest.fixture
def form(event):
    """The address of the form of a date."""
    factories.form_page(event.course)
    return factories.again(event).sign_up_url


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def path(sign_up, name="sign_up_status"):
    return links.status_path(sign_up, name)


def main(response):
    return BeautifulSoup(response.content, "html.parser").main


def heading(response):
    return main(response).h1.get_text(" ", strip=True)


def confirm(client, form, **changes):
    checked = visitors.send(client, form, visitors.filled_in(**changes))
    assert checked.status_code == 200, visitors.error_texts(checked)
    fields = visitors.fields_of(visitors.last_form(checked))
    return checked, client.post(form, fields | {"step": "confirm"})


def button(checked):
    [found] = main(checked).select("button[value=confirm]")
    return found.get_text(strip=True)


def test_price_term_and_next_step_stand_above_the_last_button(client, form):
    checked, done = confirm(client, form)
    said = " ".join(main(checked).get_text(" ").split())

    above = said[: said.rindex("Inschrijven en betalen")]
    for words in ("om € 1.195,- te betalen", "Wij houden uw plaats vast tot", "één keer verlengen"):
        assert words in above
    assert button(checked) == "Inschrijven en betalen"
    assert done["Location"] == path(SignUp.objects.get(), "sign_up_pay")


def test_the_way_to_the_bank_needs_no_script_and_no_foreign_form(client, form):
    _checked, done = confirm(client, form)
    page = client.get(done["Location"])
    checkout = Payment.objects.get().checkout_url

    html = BeautifulSoup(page.content, "html.parser")
    assert html.select_one("meta[http-equiv=refresh]")["content"] == f"0; url={checkout}"
    assert html.select_one(f"main a[href='{checkout}']")
    assert "form-action 'self'" in page["Content-Security-Policy"]


def test_who_has_to_be_admitted_first_pays_nothing_yet(client, form):
    checked, done = confirm(client, form, admission="exception", motivation="Twintig jaar trainer")

    assert button(checked) == "Inschrijven"
    assert done["Location"] == path(SignUp.objects.get())
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("allowed", [True, False])
def test_with_an_employer_who_may_pay_nobody_is_sent_to_the_bank(client, event, form, allowed):
    CoursePage.objects.filter(pk=event.course.pk).update(buyer_may_pay=allowed)
    checked, done = confirm(client, form, buyer="work", organisation="GGZ Oost")
    taken = SignUp.objects.get()

    if allowed:
        assert button(checked) == "Inschrijven met betalingsverplichting"
        assert done["Location"] == path(taken)
        assert links.buyer_url(taken.buyer) in client.get(done["Location"]).text
    else:
        assert button(checked) == "Inschrijven en betalen"
        assert done["Location"] == path(taken, "sign_up_pay")


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": "after"}])
def test_a_provider_that_is_away_costs_nobody_the_place(client, form, fake_mollie, fault):  # P8
    fake_mollie.fail("create", times=9, **fault)
    _checked, done = confirm(client, form)
    page = client.get(done["Location"])

    taken = SignUp.objects.get()
    assert taken.state == SignUp.State.AWAITING_PAYMENT
    assert taken.claims.count() == 2
    assert "Betalen lukt op dit moment niet" in main(page).get_text()
    assert main(page).select_one(f"form[action='{path(taken, 'sign_up_pay')}']")


def test_an_open_payment_is_never_called_final(client, taken):  # P3
    payments.start(taken)
    back = client.get(path(taken, "sign_up_returned"), follow=True)
    made_up = client.get(path(taken) + "?paid=1&waiting=1")

    for page in (back, made_up):
        assert heading(page) == "Uw betaling wordt verwerkt"
        assert main(page).select_one(f"a[href='{path(taken, 'sign_up_returned')}']")
        assert main(page).select_one("[aria-live=polite]")
    assert again(taken).state == SignUp.State.AWAITING_PAYMENT


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ("paid", "Uw plaats is definitief"),
        ("failed", "Wij houden uw plaats vast"),
        ("cancelled", "Wij houden uw plaats vast"),
        ("expired", "Wij houden uw plaats vast"),
    ],
)
def test_back_from_the_bank_the_page_says_how_it_went(client, taken, ends, shown):
    client.post(path(taken, "sign_up_pay"))
    pretend_bank.decide(Payment.objects.get().reference, ends)
    back = client.get(path(taken, "sign_up_returned"), follow=True)

    assert (heading(back), back.redirect_chain) == (shown, [(path(taken), 302)])


def test_paying_again_after_a_failure_begins_anew_and_an_open_one_goes_on(client, taken):
    pay = path(taken, "sign_up_pay")
    for _press in range(3):
        assert client.post(pay)["Location"] == pay
    assert Payment.objects.count() == 1

    pretend_bank.decide(Payment.objects.get().reference, "failed")
    client.get(path(taken, "sign_up_returned"))
    client.post(pay)
    assert Payment.objects.count() == 2


def test_what_is_paid_cannot_be_paid_again(client, taken):
    payments.record(taken, by=None)
    done = client.post(path(taken, "sign_up_pay"), follow=True)

    assert heading(done) == "Uw plaats is definitief"
    assert Payment.objects.exclude(gateway=Payment.OFFICE).count() == 0
    assert client.get(path(taken, "sign_up_pay"))["Location"] == path(taken)


def test_nothing_personal_is_in_an_address(client, form):
    _checked, done = confirm(client, form)
    addresses = [done["Location"], Payment.objects.get().checkout_url]

    for word in ("lotte", "Meer", "example", "0612345678"):
        assert [found for found in addresses if word in found] == []


def test_the_webhook_and_the_person_speak_of_the_same_payment(client, taken, fake_mollie, settings):
    payment = payments.start(taken)
    fake_mollie.set_status(payment.reference, "paid")
    hook = reverse("payment_webhook", args=[settings.MOLLIE_WEBHOOK_SECRET])

    assert client.post(hook, {"id": payment.reference}).status_code == 200
    assert heading(client.get(path(taken, "sign_up_returned"), follow=True)) == (
        "Uw plaats is definitief"
    )
