"""Money that changed later, on the screens of staff and of the person, until it is settled."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from core import to_do
from courses.domain import cancellations, payments, reconciliation
from courses.models import (
    CourseEventPage,
    Invoice,
    Payment,
    ProviderContact,
    Refund,
    SignUp,
    StrayPayment,
)
from courses.office.money import event_money
from courses.reading import links

PRICE = 119500
UNSETTLED = "/admin/sign-ups/?payment=unsettled&state=all"
UNANSWERED = "/admin/sign-ups/?payment=unanswered&state=all"
STRAYS = "/admin/strays/"
HELP = "/admin/guide/als-het-misgaat/"


@pytest.fixture
def paid(fake_mollie, make_sign_up):
    """Makes somebody who paid through the provider; there is always somebody else who did."""

    def make(**facts):
        sign_up = make_sign_up(**facts)
        payment = payments.start(sign_up)
        fake_mollie.set_status(payment.reference, "paid")
        payments.sync(payment)
        return SignUp.objects.get(pk=sign_up.pk)

    make(first_name="Sanne", last_name="Bos")
    return make


@pytest.fixture
def charged_back(fake_mollie, paid):
    sign_up = paid()
    payment = sign_up.payments.get()
    fake_mollie.add_chargeback(payment.reference)
    payments.sync(payment)
    return sign_up


def page(name, sign_up):
    return reverse(f"sign_ups:{name}", args=[sign_up.pk])


def lines(user):
    return {item.url: item.number for item in to_do.for_user(user)}


def money_verbs(client, sign_up):
    shown = client.get(page("inspect", sign_up)).context["can_do"]
    return [verb.name for verb in shown.get("money", [])]


def press(client, name, sign_up, **fields):
    """Ask the question and press the button; returns the page afterwards."""
    asked = client.get(page(name, sign_up))
    form = asked.context["form"]
    return client.post(page(name, sign_up), form.initial | fields, follow=True)


# --- Each way, on every screen -----------------------------------------------------------------


def test_a_charge_back_is_true_on_every_screen_of_staff(office, charged_back):
    card = office.get(page("inspect", charged_back)).text
    people = office.get(reverse("sign_ups:index")).text
    invoices = office.get(reverse("invoices:index")).text

    assert "Teruggehaald door de bank" in card
    assert "is er niet, terwijl de factuur erom vraagt" in card
    assert "de bank heeft de betaling teruggehaald" in card
    assert people.count("Teruggehaald door de bank") == 1
    assert "Betaald, maar niet meer helemaal" in invoices
    assert lines(office.user)[UNSETTLED] == 1
    found = office.get(UNSETTLED).context["object_list"]
    assert [row.pk for row in found] == [charged_back.pk]
    money = event_money.per_roster([charged_back.roster])[charged_back.roster_id]
    assert (money.received, money.open) == (PRICE, PRICE)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_says_what_the_screen_says(office, charged_back, kind):
    exported = office.get(reverse("sign_ups:index"), {"export": kind})
    content = b"".join(exported.streaming_content) if exported.streaming else exported.content
    assert exported.status_code == 200
    if kind == "csv":
        assert content.decode().count("Teruggehaald door de bank") == 1


def test_the_filters_know_who_has_to_pay_again(office, charged_back):
    def listed(choice):
        rows = office.get(reverse("sign_ups:index"), {"payment": choice}).context["object_list"]
        return [row.first_name for row in rows]

    assert listed("unpaid") == ["Noor"]
    assert listed("paid") == ["Sanne"]
    assert listed("unsettled") == ["Noor"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "De bank heeft € 1.195,- van de betaling teruggehaald"),
        ("en", "The bank has taken back €1,195"),
    ],
)
def test_the_person_reads_that_the_money_is_not_there(client, charged_back, language, words):
    SignUp.objects.filter(pk=charged_back.pk).update(language=language)
    charged_back.refresh_from_db()

    shown = " ".join(client.get(links.status_path(charged_back)).text.split())

    assert words.replace("€ ", "€\N{NO-BREAK SPACE}") in shown or words in shown
    for untrue in ("Uw betaling is binnen", "Your payment is in"):
        assert untrue not in shown


def test_the_rest_that_was_received_closes_it(office, charged_back):
    assert money_verbs(office, charged_back) == ["record_rest", "credit_rest"]

    done = press(office, "record_rest", charged_back)

    assert "staat als ontvangen genoteerd" in done.text
    assert "Dit klopt." in done.text
    assert UNSETTLED not in lines(office.user)
    assert money_verbs(office, charged_back) == ["take_back_payment"]


def test_crediting_the_rest_closes_it(office, charged_back):
    done = press(office, "credit_rest", charged_back)

    assert "is gecrediteerd" in done.text
    assert Invoice.objects.get(kind="credit_note").sign_up == charged_back
    assert UNSETTLED not in lines(office.user)
    people = office.get(reverse("sign_ups:index")).text
    assert "Teruggehaald door de bank, gecrediteerd" in people


def test_an_amount_that_has_changed_since_is_refused(office, charged_back):
    done = office.post(page("record_rest", charged_back), {"cents": PRICE - 1}, follow=True)

    assert "De bedragen zijn intussen veranderd" in done.text
    assert Payment.objects.filter(gateway=Payment.OFFICE).count() == 0


def test_too_much_can_be_paid_back(office, fake_mollie, paid):
    sign_up = paid()
    cancellations.cancel(sign_up, by=office.user, back_cents=PRICE)
    payment = sign_up.payments.get()
    made = fake_mollie.add_chargeback(payment.reference)
    payments.sync(payment)
    fake_mollie.reverse_chargeback(made)
    payments.sync(payment)
    assert lines(office.user)[UNSETTLED] == 1
    assert money_verbs(office, sign_up) == ["pay_rest"]

    done = press(office, "pay_rest", sign_up)

    assert "gaat terug naar" in done.text
    assert UNSETTLED not in lines(office.user)
    assert Refund.objects.get(state="queued").amount_cents == PRICE


def test_a_payment_noted_by_mistake_is_taken_back_with_a_reason(office, make_sign_up):
    sign_up = payments.record(make_sign_up(), by=office.user)
    asked = office.get(page("take_back_payment", sign_up)).text
    assert "De plaats is niet meer definitief" in asked
    empty = office.post(page("take_back_payment", sign_up), {"reason": " "})
    assert "Vul in waarom." in empty.text

    done = press(office, "take_back_payment", sign_up, reason="Verkeerde regel")

    assert "is teruggenomen" in done.text
    assert "‘Betaling ontvangen’ teruggenomen: er moet nog worden betaald" in done.text
    assert "Verkeerde regel" in done.text
    assert "bij vergissing genoteerd, teruggenomen" in done.text
    sign_up.refresh_from_db()
    assert sign_up.state == "awaiting_payment"


def test_who_decides_about_money_settles_it(make_client, charged_back):
    bureau, money = make_client("Bureau"), make_client("Geld")
    assert UNSETTLED not in lines(bureau.user)
    assert lines(money.user)[UNSETTLED] == 1
    for name in ("credit_rest", "pay_rest"):
        assert bureau.get(page(name, charged_back)).status_code == 302
    assert money.get(page("credit_rest", charged_back)).status_code == 200


# --- Withdrawal after attendance ---------------------------------------------------------------


def test_the_office_decides_how_much_a_late_withdrawal_gives_back(client, office, event, paid):
    sign_up = paid()
    begun = CourseEventPage.objects.get(pk=event.facts.pk)
    first, *others = begun.parts.all()
    first.first_day = first.last_day = timezone.localdate()
    begun.parts = [first, *others]
    begun.save_revision().publish()
    path = links.status_path(sign_up, "sign_up_withdraw")
    asked = client.get(path).text
    assert "dat beslist het bureau" in asked
    assert "mogen wij houden wat u al hebt gevolgd" in asked

    shown = client.post(path, follow=True).text
    assert "Het bureau kijkt hoeveel van de" in shown
    refund = Refund.objects.get()
    address = reverse("refunds:pay_back", args=[refund.pk])
    wrong = office.post(address, {"cents": "2000"})
    assert "Er kan niet meer dan" in wrong.text
    office.post(address, {"cents": "400"})

    rows = Refund.objects.order_by("pk").values_list("state", "amount_cents")
    assert list(rows) == [("queued", 40000), ("dropped", PRICE - 40000)]
    assert Invoice.objects.get(kind="credit_note").amount_cents == 40000
    assert UNSETTLED not in lines(office.user)


# --- The provider ------------------------------------------------------------------------------


def stray(**facts):
    made = {
        "gateway": "mollie",
        "reference": "tr_stray",
        "amount_cents": PRICE,
        "state": "paid",
        "made_at": timezone.now(),
        "description": "RT21032027 77",
    }
    return StrayPayment.objects.create(**made | facts)


def test_a_payment_that_belongs_to_nobody_waits_until_it_is_solved(office):
    found, _other = stray(), stray(reference="tr_other", state="solved")
    assert lines(office.user)[STRAYS] == 1
    listed = office.get(STRAYS).text
    assert "tr_stray" in listed
    assert "RT21032027 77" in listed
    solve = reverse("strays:solve", args=[found.pk])
    assert "Zoek met het kenmerk" in office.get(solve).text

    done = office.post(solve, follow=True)

    assert "staat als opgelost genoteerd" in done.text
    assert STRAYS not in lines(office.user)
    found.refresh_from_db()
    assert (found.state, found.by) == ("solved", office.user)


def test_a_provider_that_does_not_answer_is_a_line(office):
    contact = ProviderContact.objects.create(gateway="pretend_bank", trouble_since=timezone.now())
    assert HELP not in lines(office.user)

    contact.trouble_since -= datetime.timedelta(minutes=31)
    contact.save()

    assert lines(office.user)[HELP] == 1


def test_a_payment_without_a_clear_answer_is_a_line(office, fake_mollie, make_sign_up):
    odd, other = make_sign_up(), make_sign_up()
    for sign_up in (odd, other):
        payments.start(sign_up)
    fake_mollie.payments[odd.payments.get().reference]["status"] = "quantum"
    reconciliation.reconcile(timezone.now() - datetime.timedelta(hours=2))

    assert lines(office.user)[UNANSWERED] == 1
    assert [row.pk for row in office.get(UNANSWERED).context["object_list"]] == [odd.pk]
