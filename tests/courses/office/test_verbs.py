"""The verbs about one sign-up: each asks first, acts once, and is in the history."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from courses.domain import buyers, cancellations, invariants, payments, people
from courses.models import CourseEventPage, Invoice, Payment, Refund, Roster, SignUp
from courses.reading import balance
from courses.reading.availability import Availability
from mail.models import MailText, OutgoingMail
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


# --- Admit, refuse ---------------------------------------------------------------------------


def test_a_refusal_carries_an_explanation_in_the_mail(office, make_sign_up):
    refused, other = make_sign_up(admission="exception"), make_sign_up(admission="exception")
    why = "U heeft nog geen ervaring als begeleider."
    assert "in hun taal: Nederlands" in office.get(address("decline", refused)).text
    office.post(address("decline", refused), {"explanation": why})
    office.post(address("decline", other), {"explanation": ""})
    first, second = OutgoingMail.objects.filter(kind="admission_refused").order_by("pk")
    assert f"\n\n{why}\n\nWilt u hierover" in first.body_text
    assert "betalen.\n\nWilt u hierover" in second.body_text


def test_after_a_decision_the_next_who_waits_is_one_click_away(office, make_sign_up):
    make_sign_up()
    first, second, third = (make_sign_up(admission="exception") for _number in range(3))
    SignUp.objects.filter(pk=third.pk).update(hold_until=timezone.now())
    [said] = messages_in(office.post(address("accept", first), follow=True))
    assert "Volgende die wacht (2)" in said
    assert address("inspect", third) in said
    office.post(address("decline", third))
    said = messages_in(office.post(address("accept", second), follow=True))
    assert "Volgende" not in said[-1]


def test_the_list_of_who_waits_for_admission_shows_the_motivation(office, make_sign_up):
    make_sign_up(admission="exception", motivation="Al tien jaar begeleider.")
    url = reverse("sign_ups:index")
    assert "Al tien jaar begeleider." in office.get(url, {"state": "review"}).text
    assert "Al tien jaar begeleider." not in office.get(url).text


def test_an_admission_and_a_cancellation_carry_an_explanation_too(office, make_sign_up):
    sign_up = make_sign_up(admission="exception")
    office.post(address("accept", sign_up), {"explanation": "Uw ervaring telt mee."})
    assert "Uw ervaring telt mee." in OutgoingMail.objects.get(kind="admission_granted").body_text
    office.post(address("cancel", sign_up), {"explanation": "Zoals u ons vroeg aan de telefoon."})
    cancelled = OutgoingMail.objects.get(kind="cancelled")
    assert "Zoals u ons vroeg aan de telefoon." in cancelled.body_text


def test_no_explanation_is_asked_that_the_mail_would_not_say(office, make_sign_up):
    sign_up = make_sign_up(admission="exception")
    body = "<p>Beste {first_name}, helaas.</p>"
    MailText.objects.create(kind="admission_refused", language="en", subject="-", body=body)
    assert 'name="explanation"' in office.get(address("decline", sign_up)).text
    MailText.objects.create(kind="admission_refused", language="nl", subject="-", body=body)
    assert 'name="explanation"' not in office.get(address("decline", sign_up)).text


# --- Payment received ------------------------------------------------------------------------


def test_money_is_noted_with_its_day_its_amount_and_a_remark(office, sign_up):
    asked = office.get(address("record_payment", sign_up))
    today = timezone.localdate()
    assert asked.context["form"].initial == {"day": today, "cents": 119500}
    day = today - datetime.timedelta(days=3)
    typed = {"day": day.isoformat(), "cents": "1.195,00", "remark": "overboeking Bos"}
    office.post(address("record_payment", sign_up), typed)
    payment = Payment.objects.get()
    assert (timezone.localdate(payment.paid_at), payment.paid_cents) == (day, 119500)
    assert payment.remark == "overboeking Bos"
    assert "overboeking Bos" in office.get(address("inspect", sign_up)).text
    assert Invoice.objects.get().facts["paid_on"] == day.isoformat()
    assert reloaded(sign_up).state == "confirmed"


def test_what_is_short_of_the_price_stays_to_be_paid(office, sign_up, make_sign_up):
    office.post(address("record_payment", make_sign_up(first_name="Piet")))
    office.post(address("record_payment", sign_up), {"cents": "1185"})
    assert balance.of(reloaded(sign_up)).short == 1000
    assert Invoice.objects.get(sign_up=sign_up).facts["part_cents"] == 118500
    mail = OutgoingMail.objects.get(kind="confirmed", object_id=sign_up.pk)
    assert "Er is €\u00a01.185,- binnen; €\u00a010,- staat nog open." in mail.body_text
    office.post(address("record_rest", sign_up), {"cents": "1000", "remark": "rest"})
    assert balance.of(reloaded(sign_up)).closes
    assert [row.remark for row in sign_up.payments.order_by("pk")] == ["", "rest"]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("day", "2099-01-01", "Deze dag moet nog komen."),
        ("day", "2001-01-01", "meer dan een jaar geleden"),
        ("cents", "0", "Vul in hoeveel er binnenkwam."),
        ("cents", "1200", "maak terug over wat te veel is"),
    ],
)
def test_impossible_money_is_not_noted(office, sign_up, field, typed, words):
    answer = office.post(address("record_payment", sign_up), {field: typed})
    assert words in answer.text
    assert not Payment.objects.exists()


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
