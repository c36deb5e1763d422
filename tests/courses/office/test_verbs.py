"""The verbs about one sign-up: each asks first, acts once, and is in the history."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from courses.domain import buyers, cancellations, invariants, payments, people
from courses.models import CourseEventPage, Payment, Refund, Roster, SignUp
from courses.reading.availability import Availability
from mail.models import OutgoingMail
from tests import factories

# The tests of the domain show on both databases what the verbs do to seats and money.
pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


@pytest.fixture(autouse=True)
def rules_hold(db):
    yield
    assert list(invariants.violations()) == []


@pytest.fixture
def sign_up(make_sign_up):
    return make_sign_up()


@pytest.fixture
def other(make_event):
    """A cheaper date of the same course."""
    return make_event(title="Cursus Vlieland", price_cents=99500)


def address(name, sign_up, *more):
    return reverse(f"sign_ups:{name}", args=[sign_up.pk, *more])


def reloaded(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def messages_in(response):
    return [str(message).strip() for message in response.context["messages"]]


def fill_up(event, make_sign_up):
    Roster.objects.filter(pk=event.roster.pk).update(capacity=1)
    make_sign_up(event=event, last_name="Eerder")


# --- Correct, note, substitute -------------------------------------------------------------


def filled_in(sign_up, **changes):
    facts = {
        "first_name": sign_up.first_name,
        "infix": sign_up.infix,
        "last_name": sign_up.last_name,
        "email": sign_up.email,
        "phone": sign_up.phone,
        "language": sign_up.language,
        "admission": sign_up.admission,
    }
    return facts | changes


def test_data_are_corrected_and_the_history_says_by_whom(office, sign_up):
    data = filled_in(sign_up, last_name="O'Brien–Şahin", organisation="De Loop")
    page = office.post(address("correct", sign_up), data, follow=True)
    assert reloaded(sign_up).last_name == "O'Brien–Şahin"
    assert reloaded(sign_up).buyer.organisation == "De Loop"
    assert messages_in(page) == ["De gegevens van Noor Öztürk zijn opgeslagen."]
    assert "naam gecorrigeerd" in page.text
    assert "factuurgegevens gecorrigeerd" in page.text
    assert reloaded(sign_up).changes.last().by == office.user


def test_a_wrong_address_keeps_what_was_typed(office, sign_up):
    data = filled_in(sign_up, last_name="Anders", email="geen adres")
    page = office.post(address("correct", sign_up), data)
    assert 'value="Anders"' in page.text
    assert page.context["form"].errors.keys() == {"email"}
    assert reloaded(sign_up).last_name == "Öztürk"


def test_a_correction_that_would_duplicate_a_person_is_refused(office, sign_up, make_sign_up):
    make_sign_up(email="ander@example.nl")
    page = office.post(address("correct", sign_up), filled_in(sign_up, email="ander@example.nl"))
    assert "staat al op deze cursusdatum" in page.text
    assert reloaded(sign_up).email == sign_up.email


def test_a_correction_by_a_colleague_meanwhile_stays(office, sign_up):
    page = office.get(address("correct", sign_up)).text
    shown = dict(re.findall(r'name="(initial-[a-z_]+)" value="([^"]*)"', page))
    SignUp.objects.filter(pk=sign_up.pk).update(phone="0687654321")

    data = filled_in(sign_up, first_name="Eleonora") | shown
    office.post(address("correct", sign_up), data)

    found = reloaded(sign_up)
    assert (found.first_name, found.phone) == ("Eleonora", "0687654321")


def test_an_issued_invoice_cannot_be_corrected(office, sign_up):
    payments.record(sign_up, by=None)
    page = office.get(address("correct", sign_up))
    assert "organisation" not in page.context["form"].fields
    assert "ligt vast" in page.text


def test_a_note_is_saved_from_the_page(office, sign_up):
    page = office.post(
        address("note", sign_up), {"office_note": "Belt <maandag> terug"}, follow=True
    )
    assert messages_in(page) == ["De notitie is opgeslagen."]
    assert "Belt &lt;maandag&gt; terug" in page.text
    assert "notitie gewijzigd" in page.text


def test_a_note_of_a_colleague_meanwhile_is_kept(office, make_sign_up):
    sign_up = make_sign_up()
    people.change_note(sign_up, "Komt met de trein", by=None)

    page = office.post(
        address("note", sign_up), {"office_note": "Belt\r\nmaandag", "seen": ""}, follow=True
    )

    assert "Beide teksten staan er nu in." in page.content.decode()
    assert reloaded(sign_up).office_note == "Komt met de trein\n\nBelt\nmaandag"


def test_a_note_is_for_staff_who_may_read_answers(make_client, sign_up):
    people.change_note(sign_up, "Komt op krukken", by=None)
    money = make_client("Geld")
    page = money.get(address("inspect", sign_up))
    assert "krukken" not in page.text
    assert money.post(address("note", sign_up), {"office_note": "x"})["Location"] == "/admin/"
    assert reloaded(sign_up).office_note == "Komt op krukken"


def test_a_colleague_comes_instead(office, sign_up):
    colleague = {
        "first_name": "Bram",
        "last_name": "Bakker",
        "email": "bram@example.nl",
        "phone": "06 87654321",
    }
    asked = office.post(address("substitute", sign_up), colleague)
    assert asked.context["form"].errors.keys() == {"is_admitted"}
    page = office.post(
        address("substitute", sign_up), colleague | {"is_admitted": "on"}, follow=True
    )
    assert messages_in(page) == ["De plaats van Noor Öztürk is overgegaan op de collega."]
    assert reloaded(sign_up).full_name == "Bram Bakker"


# --- Move ----------------------------------------------------------------------------------


def test_the_dates_to_move_to_have_places_and_price(office, sign_up, other, make_sign_up):
    fill_up(other, make_sign_up)
    page = office.get(address("move", sign_up))
    [row] = page.context["rows"]
    assert row["places"] == "vol: 1 van de 1 plaatsen bezet"
    assert (
        row["price"] == "€\N{NO-BREAK SPACE}995,-: €\N{NO-BREAK SPACE}200,- minder dan afgesproken"
    )
    assert address("move_to", sign_up, other.roster.pk) in page.text


def test_a_move_at_the_agreed_price(office, sign_up, other):
    where = address("move_to", sign_up, other.roster.pk)
    asked = office.get(where)
    assert "De plaats op" in asked.text
    page = office.post(where, {"price": "agreed"}, follow=True)
    assert messages_in(page) == ["Noor Öztürk is overgezet."]
    assert (reloaded(sign_up).roster, reloaded(sign_up).price_cents) == (other.roster, 119500)
    assert f"overgezet van {sign_up.roster.code} naar {other.code}" in page.text


def test_a_move_at_the_new_price_pays_back(office, sign_up, other):
    payments.record(sign_up, by=None)
    page = office.post(
        address("move_to", sign_up, other.roster.pk), {"price": "new-99500"}, follow=True
    )
    assert Refund.objects.get().amount_cents == 20000
    assert "prijs gewijzigd van €\N{NO-BREAK SPACE}1.195,- in €\N{NO-BREAK SPACE}995,-" in page.text


def test_a_price_that_has_changed_is_asked_again(office, sign_up, other):
    page = office.post(address("move_to", sign_up, other.roster.pk), {"price": "new-88800"})
    assert page.context["form"].errors.keys() == {"price"}
    assert reloaded(sign_up).roster == sign_up.roster


def test_moving_to_a_full_date_needs_a_reason(office, sign_up, other, make_sign_up):
    fill_up(other, make_sign_up)
    where = address("move_to", sign_up, other.roster.pk)
    page = office.post(where, {"price": "agreed"})
    assert page.context["form"].errors.keys() == {"reason"}
    page = office.post(where, {"price": "agreed", "reason": "Reist samen"}, follow=True)
    assert reloaded(sign_up).roster == other.roster
    assert f"toegelaten tot {other.code} boven de capaciteit" in page.text
    assert "Reist samen" in page.text


def test_nobody_moves_to_their_own_date_or_from_a_cancelled_sign_up(office, sign_up, other):
    page = office.post(address("move_to", sign_up, sign_up.roster_id), follow=True)
    assert messages_in(page)[0].startswith("Naar ")
    cancellations.cancel(sign_up, by=None)
    page = office.post(
        address("move_to", sign_up, other.roster.pk), {"price": "agreed"}, follow=True
    )
    assert messages_in(page) == [
        "Dit kan niet meer: deze inschrijving is nu ‘Geannuleerd’. Er is niets gewijzigd."
    ]


# --- Send again ----------------------------------------------------------------------------


def test_a_sent_mail_is_sent_again(office, sign_up):
    first = OutgoingMail.objects.order_by("pk").first()
    where = address("send_mail_again", sign_up, first.pk)
    assert messages_in(office.get(where, follow=True)) == [
        "Deze mail is nog onderweg, of de tekst is verwijderd. Er is niets verstuurd."
    ]
    OutgoingMail.objects.update(state="sent")
    assert first.subject in office.get(where).text
    page = office.post(where, follow=True)
    assert OutgoingMail.objects.filter(copy_of=first, to=sign_up.email).count() == 1
    assert "mail opnieuw verstuurd" in page.text


def test_a_mail_of_somebody_else_is_not_found(office, sign_up, make_sign_up):
    make_sign_up(last_name="Ander")
    mail = OutgoingMail.objects.order_by("pk").last()
    assert office.get(address("send_mail_again", sign_up, mail.pk)).status_code == 404


def test_the_link_is_sent_again(office, sign_up):
    page = office.post(address("send_link", sign_up), follow=True)
    assert OutgoingMail.objects.filter(kind="link_again", to=sign_up.email).count() == 1
    assert "link opnieuw verstuurd" in page.text


# --- Add by hand ---------------------------------------------------------------------------


def somebody(**facts):
    return {
        "first_name": "Bram",
        "infix": "de",
        "last_name": "Bakker",
        "email": "bram@example.nl",
        "phone": "06 87654321",
        "language": "nl",
        "kind": "course",
        "admission": "hbo",
        "price_cents": "1000",
        "paid": "waits",
        "idempotency_key": "8f14e45f-ceea-467f-a8b1-3e7a1c6d5f10",
        "step": "confirm",
    } | facts


def adding(event):
    return reverse("rosters:add_person", args=[event.roster.pk])


def test_adding_shows_the_consequences_first(office, event):
    page = office.post(adding(event), somebody(step="check"))
    assert "Deze persoon toevoegen?" in page.text
    assert SignUp.objects.count() == 0
    back = office.post(adding(event), somebody(step="edit"))
    assert 'value="Bakker"' in back.text
    page = office.post(adding(event), somebody(), follow=True)
    assert messages_in(page) == ["Bram de Bakker is toegevoegd."]
    made = SignUp.objects.get()
    assert (made.state, made.price_cents) == ("awaiting_payment", 100000)
    assert "toegevoegd door het bureau" in page.text


def test_a_double_click_adds_one_person(office, event):
    for _click in range(2):
        office.post(adding(event), somebody(paid="paid"))
    assert SignUp.objects.get().state == "confirmed"
    assert Payment.objects.count() == 1


def test_adding_to_a_full_date_needs_a_reason(office, event, make_sign_up):
    fill_up(event, make_sign_up)
    page = office.post(adding(event), somebody(step="check"))
    assert page.context["form"].errors.keys() == {"reason"}
    page = office.post(adding(event), somebody(step="check", reason="Assistent"))
    assert "boven de capaciteit" in page.text
    page = office.post(adding(event), somebody(reason="Assistent"), follow=True)
    assert "Assistent" in page.text
    roster = reverse("rosters:edit", args=[event.roster.pk])
    assert "2 van de 1 plaatsen bezet" in office.get(roster).text
    public = CourseEventPage.objects.get(pk=event.page.pk)
    shown = office.get(public.url).text
    assert str(Availability.FULL.label) in shown
    assert re.findall(r"[-−]\s*\d+\s+plaats", shown) == []


def test_a_person_who_is_on_the_date_already_is_not_added(office, event, make_sign_up):
    make_sign_up("Bram", "Bakker", infix="de", email="bram@example.nl")
    page = office.post(adding(event), somebody())
    assert page.context["form"].errors.keys() == {"email"}
    assert SignUp.objects.count() == 1


def test_only_staff_who_may_add_see_the_form(make_client, event):
    refused = make_client("Teksten")
    assert refused.get(adding(event))["Location"] == "/admin/"
    assert refused.post(adding(event), somebody())["Location"] == "/admin/"
    assert SignUp.objects.count() == 0
    assert "form" in make_client("superuser").get(adding(event)).context


# --- Invoices --------------------------------------------------------------------------------


@pytest.fixture
def invoiced(office, make_sign_up):
    """(sign-up, number) of an invoice that the employer chose."""
    factories.settings()
    sign_up = make_sign_up(for_work=True)
    buyer = buyers.make_link(buyers.allow_to_pay(sign_up, by=office.user))
    details = buyers.Details("De Loop", "Dorpsstraat 1", "1234 AB", "Dalfsen", "geld@example.nl")
    return reloaded(sign_up), buyers.choose_invoice(buyer, details).number


def test_an_invoice_that_was_mailed_is_not_promised_again(office, invoiced, sign_up):
    taken, number = invoiced
    assert (
        f"Factuur {number} is al eerder gemaild"
        in office.get(address("record_payment", taken)).text
    )
    assert "krijgt de factuur per mail" in office.get(address("record_payment", sign_up)).text

    office.post(address("record_payment", taken))

    confirmed = OutgoingMail.objects.get(kind="confirmed", object_id=taken.pk)
    assert "is binnen" in confirmed.body_text
    assert "actuur" not in confirmed.body_text


def test_cancelling_mentions_the_invoice_that_need_not_be_paid(office, invoiced):
    taken, number = invoiced
    assert (
        f"Factuur {number} hoeft niet meer te worden betaald"
        in office.get(address("cancel", taken)).text
    )


def test_sending_again_is_for_staff_who_may_resend_mail(make_client, sign_up):
    OutgoingMail.objects.update(state="sent")
    mail = OutgoingMail.objects.filter(object_id=sign_up.pk).first()
    client = make_client("Bureau")
    client.user.groups.get().permissions.remove(
        Permission.objects.get(codename="change_outgoingmail")
    )
    url = address("send_mail_again", sign_up, mail.pk)

    assert url not in client.get(address("inspect", sign_up)).text
    assert client.post(url)["Location"] == "/admin/"
    assert OutgoingMail.objects.filter(copy_of=mail).count() == 0


def test_a_control_character_in_a_note_is_dropped(office, sign_up):
    office.post(address("note", sign_up), {"office_note": "Belt\0 terug", "seen": ""})
    assert reloaded(sign_up).office_note == "Belt terug"
