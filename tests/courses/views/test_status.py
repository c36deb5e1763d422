"""The status page: what it shows, what can be done there, and that only a POST does it."""

import datetime
import io
import uuid

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone, translation
from PIL import Image

from core.models import SiteImage
from courses.domain import (
    admission,
    cancellations,
    certificates,
    corrections,
    holds,
    invoices,
    payments,
    presence,
)
from courses.gateways import pretend_bank
from courses.models import Invoice, Refund, SignUp
from courses.reading import links
from courses.views import documents
from mail import sending
from mail.models import OutgoingMail
from tests import factories, visitors

VERBS = ("contact", "substitute", "cancel", "withdraw")
COLLEAGUE = {
    "first_name": "Sanne",
    "infix": "",
    "last_name": "Bos",
    "email": "sanne@example.nl",
    "phone": "06 87654321",
    "is_admitted": "on",
}


PERSON = {"first_name": "Sanne", "infix": "", "last_name": "Bos"}


@pytest.fixture
def sign_up(event):
    return factories.sign_up(event, factories.application())


@pytest.fixture
def paid(sign_up):
    payment = payments.start(sign_up)
    pretend_bank.decide(payment.reference, "paid")
    payments.sync(payment)
    return reloaded(sign_up)


def picture():
    written = io.BytesIO()
    Image.new("RGB", (300, 120), "green").save(written, "PNG")
    return ImageFile(written, name="logo.png")


def reloaded(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def address(sign_up, name="status", **kwargs):
    with translation.override(sign_up.language):
        return reverse(f"sign_up_{name}", kwargs={"token": links.token(sign_up), **kwargs})


def main(response):
    return BeautifulSoup(response.content, "html.parser").main


def text(response):
    return " ".join(main(response).get_text(" ").split())


def heading(response):
    return main(response).h1.get_text(" ", strip=True)


def status_note(response):
    found = main(response).select_one(".status-note")
    return found and found.get_text(" ", strip=True)


def forms(response):
    """The addresses of the buttons on the page."""
    return [form["action"] for form in main(response).select("form[method=post][action]")]


def lapse(sign_up):
    holds.expire(now=sign_up.hold_until)


def cancel(sign_up):
    cents = cancellations.quote(sign_up).back_cents
    cancellations.cancel_by_person(sign_up, expected_cents=cents)


# --- What it shows ---


def test_the_heading_tells_the_state_of_the_sign_up(client, event):
    heads = {}
    for does, name in (
        (lambda sign_up: None, "waits"),
        (lapse, "lapsed"),
        (cancel, "cancelled"),
        (cancellations.withdraw, "withdrawn"),
    ):
        sign_up = factories.sign_up(event)
        does(sign_up)
        heads[name] = heading(client.get(address(sign_up)))

    assert heads == {
        "waits": "Wij houden uw plaats vast",
        "lapsed": "Uw plaats is vrijgegeven",
        "cancelled": "U hebt uw inschrijving geannuleerd",
        "withdrawn": "U hebt uw inschrijving herroepen",
    }


def test_somebody_who_was_not_admitted_is_not_invited_to_sign_up_again(client, event, office):
    refused = factories.sign_up(event, factories.somebody(admission="exception"))
    stopped = factories.sign_up(event)
    other = factories.event(event.course)
    factories.form_page(event.course)
    admission.decline(refused, by=office)
    cancellations.cancel(stopped, by=office)
    page = client.get(links.status_url(refused))
    assert "U heeft hierover een e-mail van ons gekregen." in page.text
    assert page.context["alternatives"] == []
    codes = [row.code for row in client.get(links.status_url(stopped)).context["alternatives"]]
    assert codes == [other.code]


def test_the_page_of_an_english_sign_up_is_in_english(client, event):
    sign_up = factories.sign_up(event, factories.somebody(), language="en")
    response = client.get(address(sign_up))

    assert address(sign_up).startswith("/en/sign-up/")
    assert heading(response) == "Your place is held for you"
    assert "Pay with iDEAL | Wero" in text(response)


def test_the_payment_method_has_the_name_and_logo_of_the_settings(client, sign_up):
    logo = SiteImage.objects.create(title="Wero", file=picture())
    factories.settings(payment_method_name="Wero", payment_method_logo=logo)
    response = client.get(address(sign_up))

    assert "Betalen met Wero" in text(response)
    assert "iDEAL" not in text(response)
    assert main(response).select_one(".pay__logo")["alt"] == ""


def test_every_state_of_a_refund_is_described(client, paid):
    cancel(paid)
    said = {}
    for state in Refund.State:
        Refund.objects.update(state=state, done_at=timezone.now())
        found = main(client.get(address(paid))).select(".refunds li")
        said[state] = (
            found[0].get_text(" ", strip=True).split("1.195,-")[-1].strip() if found else None
        )

    assert said["dropped"] is None
    assert said["done"] == "terugbetaald."
    assert len({said[state] for state in Refund.State}) == 5  # due and failed read the same


def test_every_page_of_a_sign_up_is_private(client, paid):
    names = ("status", "calendar", *VERBS)
    pages = [address(paid, name) for name in names]
    pages.append(address(paid, "invoice", number=Invoice.objects.get().number))

    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert set(response.cookies) <= {"csrftoken"}


def test_get_and_head_change_nothing(client, sign_up):
    names = ("status", "pay", "more_time", "revive", "pay_link", "employer", "returned", *VERBS)
    before = SignUp.objects.filter(pk=sign_up.pk).values().get()
    for name in names:
        for ask in (client.get, client.head):
            assert ask(address(sign_up, name)).status_code in (200, 302)

    assert SignUp.objects.filter(pk=sign_up.pk).values().get() == before
    assert sign_up.payments.count() == 0


# --- Holds ---


def test_a_hold_can_be_extended_once(client, sign_up):
    before = client.get(address(sign_up))
    shown = forms(before)
    first = client.post(address(sign_up, "more_time"), follow=True)
    second = client.post(address(sign_up, "more_time"), follow=True)

    until = SignUp.objects.get(pk=sign_up.pk).hold_until
    day = f"{formats.date_format(timezone.localtime(until), 'l j F Y')}"
    assert until == sign_up.hold_until + datetime.timedelta(days=7)
    assert f"U kunt één keer verlengen, tot {day} om" in text(before)
    assert address(sign_up, "more_time") in shown
    assert status_note(first) == "U hebt meer tijd: wij houden uw plaats langer vast."
    assert address(sign_up, "more_time") not in forms(first)
    assert status_note(second).startswith("Dit kan nu niet")


def test_an_expired_hold_is_revived_or_other_dates_are_shown(client, institute):
    course = factories.course()
    factories.form_page(course)
    event = factories.event(course, capacity=1)
    other = factories.event(course)
    sign_up = factories.sign_up(event)
    lapse(sign_up)

    back = client.post(address(sign_up, "revive"), follow=True)
    lapse(reloaded(sign_up))
    factories.sign_up(factories.again(event))
    gone = client.post(address(sign_up, "revive"), follow=True)

    assert heading(back) == "Wij houden uw plaats vast"
    assert status_note(gone).startswith("Alle plaatsen op deze datum zijn intussen vergeven.")
    assert address(sign_up, "revive") not in forms(gone)
    assert other.sign_up_url in gone.text


# --- Documents ---


def test_documents_are_downloads_of_their_own_sign_up_only(client, event, paid):
    other = factories.sign_up(event)
    number = Invoice.objects.get().number
    mine = client.get(address(paid, "invoice", number=number))

    assert mine["Content-Type"] == "application/pdf"
    assert mine["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
    assert mine.content.startswith(b"%PDF-")
    assert f"/{number}.pdf" in client.get(address(paid)).text
    for sign_up, wrong in ((other, number), (paid, "2020-0001"), (paid, "../x")):
        response = client.get(f"{address(sign_up)}documenten/{wrong}.pdf")
        assert (response.status_code, "no-store" in response["Cache-Control"]) == (404, True)


def test_a_certificate_can_be_downloaded_until_it_is_revoked(client, paid):
    assert client.get(address(paid, "certificate")).status_code == 404
    presence.record_days(paid, presence.expected_days(paid))
    certificate = certificates.issue(paid)

    there = client.get(address(paid, "certificate"))
    certificate.revoked_at = timezone.now()
    certificate.save()

    assert there["Content-Disposition"].startswith('attachment; filename="certificaat-RT-')
    assert client.get(address(paid, "certificate")).status_code == 404
    assert "ertificate.pdf" not in client.get(address(paid)).text


def test_a_substitute_does_not_see_the_documents_of_the_original_participant(client, paid):
    number = Invoice.objects.get().number
    client.post(address(paid, "substitute"), COLLEAGUE | {"step": "confirm"})

    now = reloaded(paid)
    assert number not in client.get(address(now)).text
    assert client.get(address(now, "invoice", number=number)).status_code == 404


def test_documents_stay_visible_after_a_corrected_name(client, paid, office):
    number = Invoice.objects.get().number
    corrections.correct(paid, {"last_name": "Verbeterd"}, by=office)

    assert number in client.get(address(reloaded(paid))).text
    assert client.get(address(paid, "invoice", number=number)).status_code == 200


def test_after_two_handovers_only_the_papers_of_the_last_person_are_shown(client, paid, neighbour):
    papers = [paid.invoices.get()]
    for name in ("Sanne", "Bram"):
        page = address(SignUp.objects.get(pk=paid.pk), "substitute")
        colleague = COLLEAGUE | {"first_name": name, "email": f"{name}@example.nl"}
        client.post(page, colleague | {"step": "confirm"})
        papers.append(invoices.replace(SignUp.objects.get(pk=paid.pk)))
    now = SignUp.objects.get(pk=paid.pk)

    shown = [invoice.number for invoice in documents.own_invoices(now)]
    answers = [
        client.get(reverse("sign_up_invoice", args=[links.token(now), paper.number])).status_code
        for paper in [*papers, neighbour.invoice]
    ]

    assert shown == [papers[2].number]
    assert answers == [404, 404, 200, 404]


def test_a_substitute_does_not_see_a_credit_note_for_an_older_invoice(client, paid):
    invoice = Invoice.objects.get()
    client.post(address(paid, "substitute"), COLLEAGUE | {"step": "confirm"})
    note = invoices.credit(invoice, 1000)

    assert note.number not in client.get(address(reloaded(paid))).text


# --- Contact data ---


def test_contact_data_can_be_changed(client, sign_up):
    response = client.post(
        address(sign_up, "contact"),
        {"email": "nieuw@example.nl", "phone": "0529 123456"},
        follow=True,
    )

    assert status_note(response).startswith("Uw wijzigingen zijn bewaard. De link")
    assert (reloaded(sign_up).email, reloaded(sign_up).phone) == ("nieuw@example.nl", "0529 123456")


def test_contact_data_that_stay_as_they_are_are_not_called_saved(client, sign_up):
    url = address(sign_up, "contact")
    shown = visitors.fields_of(visitors.last_form(client.get(url)))
    response = client.post(url, shown, follow=True)

    assert status_note(response) == "U hebt niets gewijzigd."


def test_a_term_that_ends_at_midnight_names_the_day_before(client, sign_up):
    midnight = timezone.make_aware(datetime.datetime(2099, 12, 13))
    SignUp.objects.filter(pk=sign_up.pk).update(hold_until=midnight)

    assert "tot het einde van zaterdag 12 december 2099" in text(client.get(address(sign_up)))


def test_a_term_that_has_passed_is_not_promised_any_more(client, sign_up):
    minute_ago = timezone.now() - datetime.timedelta(minutes=1)
    SignUp.objects.filter(pk=sign_up.pk).update(hold_until=minute_ago)  # the job comes next
    page = text(client.get(address(sign_up)))

    assert "De termijn waarin wij uw plaats vasthielden, is voorbij." in page
    assert "Wij houden uw plaats vast tot" not in page


def test_invalid_contact_data_is_explained_and_kept_in_the_form(client, sign_up):
    response = client.post(address(sign_up, "contact"), {"email": "noor@", "phone": ""})

    assert response.status_code == 422
    assert visitors.summary_links(response) == [
        ("#id_email", "Vul een e-mailadres in zoals naam@voorbeeld.nl"),
        ("#id_phone", "Vul uw telefoonnummer in"),
    ]
    assert main(response).select_one("[name=email]")["value"] == "noor@"
    assert visitors.soup(response).title.get_text().startswith("Fout: ")


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("contact", {"email": "sanne@example.nl", "phone": "06 12345678"}),
        ("substitute", COLLEAGUE | {"step": "confirm"}),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_a_change_to_somebody_does_not_tell_whether_they_are_on_the_date(
    client, event, page, sent, is_known
):
    if is_known:
        factories.sign_up(event, factories.application(**PERSON | {"email": "sanne@example.nl"}))
    own = factories.sign_up(event, factories.application(**PERSON | {"email": "eigen@example.nl"}))

    answer = client.post(address(own, page), sent)
    shown = client.get(answer["Location"])

    note = {"contact": "saved-email", "substitute": "handed-over"}[page]
    assert (answer.status_code, answer["Location"].endswith(f"?note={note}")) == (302, True)
    assert shown.status_code == 200
    assert reloaded(own).email == "sanne@example.nl"
    told = OutgoingMail.objects.filter(body_text__contains="Sanne Bos, sanne@example.nl")
    assert [mail.object_id for mail in told] == ([own.pk] if is_known else [])


def test_changing_contact_data_has_a_limit(client, event):
    sent = {"email": "noor@example.nl", "phone": "06 12345678"}
    paths = [address(taken, "contact") for taken in factories.fill(event, 3)]
    answers = [client.post(path, sent).status_code for path in (paths * 7)]

    assert (answers[:20], answers[20]) == ([302] * 20, 429)


# --- A substitute ---


def test_a_substitute_is_confirmed_after_a_check(client, paid):
    here = address(paid, "substitute")
    checked = client.post(here, COLLEAGUE | {"step": "check"})
    assert reloaded(paid).first_name == "Noor"
    done = client.post(
        here, visitors.fields_of(visitors.last_form(checked)) | {"step": "confirm"}, follow=True
    )

    assert "Sanne Bos" in text(checked)
    assert heading(done) == "Uw collega komt in uw plaats"
    assert reloaded(paid).full_name == "Sanne Bos"
    assert client.get(here).status_code == 404
    assert "Sanne" not in done.text


def test_a_substitute_without_the_required_education_is_refused(client, paid):
    response = client.post(
        address(paid, "substitute"), {**COLLEAGUE, "is_admitted": "", "step": "confirm"}
    )

    assert response.status_code == 422
    assert [href for href, _text in visitors.summary_links(response)] == ["#id_is_admitted"]
    assert reloaded(paid).first_name == "Noor"


# --- Cancel and withdraw ---


def test_the_refund_is_shown_above_the_cancel_button(client, institute):
    sign_up = factories.sign_up(factories.event(parts=[factories.part(30)]))
    payments.record(sign_up, by=None)
    shown = client.get(address(sign_up, "cancel"))
    fields = visitors.fields_of(visitors.last_form(shown))
    done = client.post(address(sign_up, "cancel"), fields, follow=True)

    page = text(shown)
    assert page.index("€ 597,50") < page.index("Mijn inschrijving annuleren")
    assert fields["expected_cents"] == ["59750"]
    assert "Hier herroepen" in page
    assert heading(done) == "U hebt uw inschrijving geannuleerd"


@pytest.mark.parametrize("stale", ["119500", "", "-1", "0", "x", "9" * 30, "٥"])
def test_a_cancellation_with_a_stale_amount_is_shown_again(client, institute, stale):
    sign_up = factories.sign_up(factories.event(parts=[factories.part(30)]))
    payments.record(sign_up, by=None)
    response = client.post(address(sign_up, "cancel"), {"expected_cents": stale})

    assert response.status_code == 409
    assert "€ 597,50" in text(response)
    assert reloaded(sign_up).state == SignUp.State.CONFIRMED


def test_withdrawal_has_its_own_page_and_a_confirming_mail(client, paid):
    assert "Hier herroepen" in text(client.get(address(paid)))
    asked = client.get(address(paid, "withdraw"))
    assert reloaded(paid).state == SignUp.State.CONFIRMED
    done = client.post(address(paid, "withdraw"), follow=True)

    assert "Herroeping bevestigen" in text(asked)
    assert heading(done) == "U hebt uw inschrijving herroepen"
    assert OutgoingMail.objects.get(kind="withdrawn").to == "noor@example.nl"


def test_withdrawal_is_refused_after_its_deadline(client, paid):
    SignUp.objects.update(created_at=timezone.now() - datetime.timedelta(days=20))
    done = client.post(address(paid, "withdraw"), follow=True)

    assert status_note(done).startswith("Dit kan nu niet")
    assert "Hier herroepen" not in text(done)
    assert reloaded(paid).state == SignUp.State.CONFIRMED


@pytest.mark.parametrize("name", [*VERBS, "more_time", "pay", "employer", "pay_link"])
def test_an_ended_sign_up_refuses_every_action(client, sign_up, name):
    cancel(sign_up)
    done = client.post(address(sign_up, name), COLLEAGUE | {"step": "confirm"}, follow=True)

    assert status_note(done).startswith("Dit kan nu niet")
    assert heading(done) == "U hebt uw inschrijving geannuleerd"


# --- The link ---


def test_a_dead_link_offers_to_mail_a_new_one(client, sign_up):
    lost = reverse("sign_up_lost")
    dead = [client.get(f"{lost}{token}/") for token in ("x", "x" * 43, uuid.uuid4())]

    assert [(page.status_code, heading(page)) for page in dead] == [
        (404, "Deze link werkt niet (meer)")
    ] * 3
    assert {tuple(forms(page)) for page in dead} == {(lost,)}
    assert {page["Referrer-Policy"] for page in dead} == {"no-referrer"}


def test_a_lost_link_is_mailed_without_revealing_who_has_signed_up(client, sign_up):
    def ask(email):
        sent = {"email": email, "leave_empty": "", "shown_at": visitors.form_stamp()}
        return client.post(reverse("sign_up_lost"), sent, follow=True)

    answers = [text(ask(email)) for email in ("noor@example.nl", "niemand@example.nl")]

    assert answers[0] == answers[1]
    assert answers[0].startswith("Kijk in uw mail")
    assert OutgoingMail.objects.filter(kind="links_asked").count() == 2  # the worker answers them
    assert not OutgoingMail.objects.filter(kind="link_again").exists()
    sending.send_due()
    assert not OutgoingMail.objects.filter(kind="links_asked").exists()
    assert list(OutgoingMail.objects.filter(kind="link_again").values_list("to", flat=True)) == [
        "noor@example.nl"
    ]
    assert client.get(reverse("sign_up_lost")).status_code == 200


def test_asking_for_links_has_a_limit(client, db):
    sent = {"email": "x@example.nl", "leave_empty": "", "shown_at": visitors.form_stamp()}
    answers = [client.post(reverse("sign_up_lost"), sent).status_code for _try in range(11)]

    assert answers == [302] * 10 + [429]


def test_a_link_is_replaced_after_a_page_that_says_what_ends(client, sign_up):
    own = address(sign_up)
    [link] = main(client.get(own)).select('a[href$="/nieuwe-link/"]')
    page = client.get(link["href"])
    assert "noor@example.nl" in text(page)
    assert client.get(own).status_code == 200

    answer = client.post(link["href"], follow=True)

    assert answer.redirect_chain == [(f"{reverse('sign_up_lost')}?note=replaced", 302)]
    assert text(answer).startswith("De link is vervangen")
    assert "noor@example.nl" not in text(answer)
    assert [client.get(path).status_code for path in (own, link["href"])] == [404, 404]
    assert client.get(address(reloaded(sign_up))).status_code == 200


def test_replacing_links_has_a_limit(client, sign_up):
    answers = []
    for _try in range(11):
        path = reverse("sign_up_new_link", args=[links.token(reloaded(sign_up))])
        answers.append(client.post(path).status_code)

    assert answers == [302] * 10 + [429]


@pytest.mark.parametrize("email", ["noor@example.nl", "niemand@example.nl"])
def test_asking_for_links_is_as_much_work_for_any_address(
    client, sign_up, email, django_assert_num_queries
):
    sent = {"email": email, "leave_empty": "", "shown_at": visitors.form_stamp()}
    with django_assert_num_queries(1):
        client.post(reverse("sign_up_lost"), sent)


def test_moving_to_and_fro_has_a_limit(client, event, sign_up):
    other = factories.event(event.course, parts=[factories.part(60, 61)])
    answers = []
    for target in [*([other, event] * 3), other, other]:
        path = reverse("sign_up_move", args=[links.token(sign_up), target.roster_id])
        answers.append(client.post(path)["Location"].partition("?note=")[2])

    assert answers == ["swapped"] * 6 + ["too-many"] * 2


def test_changes_of_one_sign_up_have_a_limit_from_wherever_they_come(client, sign_up):
    answers = []
    for number in range(12):
        sent = {"email": f"noor{number}@example.nl", "phone": "06 12345678"}
        path = address(reloaded(sign_up), "contact")
        answers.append(Client(REMOTE_ADDR=f"10.0.0.{number}").post(path, sent).status_code)

    assert answers == [302] * 10 + [429] * 2


def test_a_delayed_mail_is_reported(client, sign_up):
    on_time = status_note(client.get(address(sign_up)))
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1)):
        late = status_note(client.get(address(sign_up)))

    assert on_time is None
    assert late.startswith("Onze mail naar noor@example.nl is vertraagd")


# --- The page says what fits the state ---


def test_the_days_come_right_after_how_it_stands(client, sign_up):
    page = visitors.soup(client.get(address(sign_up))).main
    titles = [title.get_text(" ", strip=True) for title in page.select("h1, h2")]

    assert titles[:3] == ["Wij houden uw plaats vast", "Uw cursus", "Wat er nu gebeurt"]


def test_what_is_behind_somebody_is_told_in_the_past(client, event):
    admitted = factories.sign_up(event, factories.somebody(admission="exception"))
    admission.admit(admitted, by=factories.user())
    before = text(client.get(address(admitted)))
    payments.record(SignUp.objects.get(pk=admitted.pk), by=factories.user())
    after = text(client.get(address(admitted)))

    assert "U bent toegelaten" in before
    assert "U betaalt" in before
    assert "U krijgt een bevestiging op" in before
    assert "U bent toegelaten" in after
    assert "Er is betaald" in after
    assert "Wij hebben een bevestiging gemaild naar" in after
    for past in ("U betaalt", "U krijgt een bevestiging op", "beslist over uw toelating"):
        assert past not in after


@pytest.mark.parametrize(
    ("end", "is_alarm"), [("person", False), ("withdrawn", False), ("office", True)]
)
def test_a_cancellation_of_ones_own_is_no_alarm(client, sign_up, end, is_alarm):
    SignUp.objects.filter(pk=sign_up.pk).update(
        state="cancelled", end_reason=end, hold_until=None, ended_at=timezone.now()
    )
    banner = visitors.soup(client.get(address(sign_up))).main.select_one(".banner")

    assert ("banner--bad" in banner["class"]) is is_alarm


def test_whoever_paid_too_late_is_not_told_that_nothing_has_to_be_paid(client, small_event):
    paying, other = (factories.sign_up(small_event) for _person in range(2))
    payment = payments.start(paying)
    holds.expire(now=max(paying.hold_until, other.hold_until))
    factories.fill(factories.again(small_event))
    pretend_bank.decide(payment.reference, "paid")
    payments.sync(payment)
    paid, unpaid = (text(client.get(address(person))) for person in (paying, other))

    assert "is voorbij. U hoeft niets te betalen." in unpaid
    assert "De termijn waarin wij uw plaats vasthielden, is voorbij." in paid
    assert "U hoeft niets te betalen." not in paid
