"""From the form to the bank and back, however the payment provider answers."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from courses.domain import holds, payments
from courses.gateways import pretend_bank
from courses.models import CoursePage, Payment, SignUp
from courses.reading import links
from tests import factories, visitors


@pytest.fixture
def sign_up(event):
    return factories.sign_up(event)


@pytest.fixture
def form(event):
    """The address of the form of a date."""
    factories.form_page(event.course)
    return factories.again(event).sign_up_url


def reloaded(sign_up):
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


def test_price_deadline_and_next_step_are_shown_above_the_last_button(client, form):
    checked, done = confirm(client, form)
    said = " ".join(main(checked).get_text(" ").split())

    above = said[: said.rindex("Inschrijven en betalen")]
    for words in ("om € 1.195,- te betalen", "Wij houden uw plaats vast tot", "één keer verlengen"):
        assert words in above
    assert button(checked) == "Inschrijven en betalen"
    assert done["Location"] == path(SignUp.objects.get(), "sign_up_pay")


def test_the_redirect_to_the_bank_needs_no_script_and_no_form_of_another_host(client, form):
    _checked, done = confirm(client, form)
    page = client.get(done["Location"])
    checkout = Payment.objects.get().checkout_url

    html = BeautifulSoup(page.content, "html.parser")
    assert html.select_one("meta[http-equiv=refresh]")["content"] == f"0; url={checkout}"
    assert html.select_one(f"main a[href='{checkout}']")
    assert "form-action 'self'" in page["Content-Security-Policy"]


def test_an_exception_pays_nothing_before_admission(client, form):
    checked, done = confirm(client, form, admission="exception", motivation="Twintig jaar trainer")

    assert button(checked) == "Inschrijven"
    assert done["Location"] == path(SignUp.objects.get())
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("allowed", [True, False])
def test_a_participant_is_not_sent_to_the_bank_when_the_employer_may_pay(
    client, event, form, allowed
):
    CoursePage.objects.filter(pk=event.course.pk).update(buyer_may_pay=allowed)
    checked, done = confirm(client, form, buyer="work", organisation="GGZ Oost")
    sign_up = SignUp.objects.get()

    if allowed:
        assert button(checked) == "Inschrijven met betalingsverplichting"
        assert done["Location"] == path(sign_up)
        assert links.buyer_url(sign_up.buyer) in client.get(done["Location"]).text
    else:
        assert button(checked) == "Inschrijven en betalen"
        assert done["Location"] == path(sign_up, "sign_up_pay")


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": "after"}])
def test_a_provider_that_is_down_costs_nobody_the_place(client, form, fake_mollie, fault):
    fake_mollie.fail("create", times=9, **fault)
    _checked, done = confirm(client, form)
    page = client.get(done["Location"])

    sign_up = SignUp.objects.get()
    assert sign_up.state == SignUp.State.AWAITING_PAYMENT
    assert sign_up.claims.count() == 2
    assert "Betalen lukt op dit moment niet" in main(page).get_text()
    assert main(page).select_one(f"form[action='{path(sign_up, 'sign_up_pay')}']")


def test_an_open_payment_is_shown_as_pending_and_never_as_final(client, sign_up):
    payments.start(sign_up)
    back = client.get(path(sign_up, "sign_up_returned"), follow=True)
    made_up = client.get(path(sign_up) + "?paid=1&waiting=1")

    for page in (back, made_up):
        assert heading(page) == "Uw betaling wordt verwerkt"
        assert main(page).select_one(f"a[href='{path(sign_up, 'sign_up_returned')}']")
        assert main(page).select_one("[aria-live=polite]")
    assert reloaded(sign_up).state == SignUp.State.AWAITING_PAYMENT


def refresh_of(page):
    """(seconds, address) of the refresh without JavaScript; None if the page stays as it is."""
    found = BeautifulSoup(page.content, "html.parser").select_one(
        "head noscript meta[http-equiv=refresh]"
    )
    return found and tuple(found["content"].split("; url="))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_javascript_the_waiting_page_looks_again_until_it_stops(client, event, language):
    sign_up = factories.sign_up(event, language=language)
    payments.start(sign_up)
    page = client.get(path(sign_up, "sign_up_returned"), follow=True)
    returned, looks = path(sign_up, "sign_up_returned"), 0
    while refresh := refresh_of(page):
        looks += 1
        assert refresh == ("5", f"{returned}?look={looks + 1}")
        page = client.get(refresh[1], follow=True)

    assert looks == 11
    assert main(page).select_one(f"a[href='{returned}']")
    stopped = client.get(path(sign_up) + "?waiting=0")
    assert refresh_of(stopped) is None
    assert heading(stopped) == heading(page)
    assert main(client.get(path(sign_up) + "?waiting=1")).select_one("noscript a")["href"] == (
        "?waiting=0"
    )


def test_the_refresh_ends_as_soon_as_the_money_is_in(client, sign_up):
    payment = payments.start(sign_up)
    page = client.get(path(sign_up, "sign_up_returned"), follow=True)
    pretend_bank.decide(payment.reference, "paid")

    page = client.get(refresh_of(page)[1], follow=True)

    assert (heading(page), refresh_of(page)) == ("Uw plaats is definitief", None)


@pytest.mark.parametrize("odd", ["-1", "²", "999", "x", ""])
def test_an_odd_number_of_looks_is_no_refresh(client, sign_up, odd):
    payments.start(sign_up)

    assert refresh_of(client.get(path(sign_up), {"waiting": odd})) is None


def note(response):
    found = main(response).select_one(".status-note[role=status]")
    return found and found.get_text(" ", strip=True)


def test_after_the_bank_a_place_that_was_paid_is_final(client, sign_up):
    client.post(path(sign_up, "sign_up_pay"))
    pretend_bank.decide(Payment.objects.get().reference, "paid")
    back = client.get(path(sign_up, "sign_up_returned"), follow=True)

    assert (heading(back), note(back)) == ("Uw plaats is definitief", None)
    assert back.redirect_chain == [(path(sign_up), 302)]


@pytest.mark.parametrize(
    ("language", "ends", "why"),
    [
        ("nl", "failed", "Uw betaling is niet gelukt. Er is niets afgeschreven."),
        ("nl", "cancelled", "De betaling is afgebroken. Er is niets afgeschreven."),
        (
            "nl",
            "expired",
            "De tijd om bij uw bank te betalen is verstreken. Er is niets afgeschreven.",
        ),
        ("en", "failed", "Your payment did not succeed. No money has been taken."),
        ("en", "cancelled", "The payment was broken off. No money has been taken."),
        ("en", "expired", "The time to pay at your bank ran out. No money has been taken."),
    ],
)
def test_after_the_bank_the_page_says_that_there_is_no_money(client, event, language, ends, why):
    sign_up = factories.sign_up(event, language=language)
    again = {
        "nl": "U kunt het hieronder nog eens proberen."
        " Uw plaats blijft van u tot het moment dat daar staat.",
        "en": "You can try again below. Your place is still yours until the moment that is written"
        " there.",
    }
    for _attempt in range(2):
        client.post(path(sign_up, "sign_up_pay"))
        pretend_bank.decide(Payment.objects.first().reference, ends)
        back = client.get(path(sign_up, "sign_up_returned"), follow=True)

        assert back.redirect_chain == [(f"{path(sign_up)}?note=unpaid", 302)]
        assert note(back) == f"{why} {again[language]}"
    assert note(client.get(path(sign_up))) is None


def test_what_the_bank_said_before_is_not_repeated_once_it_is_paid(client, sign_up):
    for ends in ("failed", "paid"):
        client.post(path(sign_up, "sign_up_pay"))
        pretend_bank.decide(Payment.objects.first().reference, ends)
        client.get(path(sign_up, "sign_up_returned"))
    kept = client.get(path(sign_up), {"note": "unpaid"})

    assert (heading(kept), note(kept)) == ("Uw plaats is definitief", None)


def test_nobody_is_sent_to_try_again_for_a_place_that_was_released(client, sign_up):
    client.post(path(sign_up, "sign_up_pay"))
    pretend_bank.decide(Payment.objects.get().reference, "failed")
    holds.expire(now=reloaded(sign_up).hold_until)
    back = client.get(path(sign_up, "sign_up_returned"), follow=True)

    assert heading(back) == "Uw plaats is vrijgegeven"
    assert note(back) == "Uw betaling is niet gelukt. Er is niets afgeschreven."


def test_paying_again_reuses_an_open_payment_and_replaces_a_failed_one(client, sign_up):
    pay = path(sign_up, "sign_up_pay")
    for _press in range(3):
        assert client.post(pay)["Location"] == pay
    assert Payment.objects.count() == 1

    pretend_bank.decide(Payment.objects.get().reference, "failed")
    client.get(path(sign_up, "sign_up_returned"))
    client.post(pay)
    assert Payment.objects.count() == 2


def test_a_paid_sign_up_cannot_be_paid_again(client, sign_up):
    payments.record(sign_up, by=None)
    done = client.post(path(sign_up, "sign_up_pay"), follow=True)

    assert heading(done) == "Uw plaats is definitief"
    assert Payment.objects.exclude(gateway=Payment.OFFICE).count() == 0
    assert client.get(path(sign_up, "sign_up_pay"))["Location"] == path(sign_up)


def test_addresses_hold_no_personal_data(client, form):
    _checked, done = confirm(client, form)
    addresses = [done["Location"], Payment.objects.get().checkout_url]

    for word in ("lotte", "Meer", "example", "0612345678"):
        assert [found for found in addresses if word in found] == []


def test_webhook_and_return_page_agree_about_the_payment(client, sign_up, fake_mollie, settings):
    payment = payments.start(sign_up)
    fake_mollie.set_status(payment.reference, "paid")
    hook = reverse("payment_webhook", args=[settings.MOLLIE_WEBHOOK_SECRET])

    assert client.post(hook, {"id": payment.reference}).status_code == 200
    assert heading(client.get(path(sign_up, "sign_up_returned"), follow=True)) == (
        "Uw plaats is definitief"
    )
