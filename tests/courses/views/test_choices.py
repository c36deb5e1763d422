"""The status pages of participants whose date was called off."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone, translation

from courses.domain import buyers, choices, go_no_go, moves, payments
from courses.gateways import pretend_bank
from courses.models import Refund, Roster, SignUp
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(event):
    parts = [factories.part(80, 81, place="Bloemendaal"), factories.part(170, label="Terugkomdag")]
    return factories.event(event.course, parts=parts, capacity=1)


@pytest.fixture
def paid(event, other):
    taken = factories.sign_up(event, factories.application())
    payment = payments.start(taken)
    pretend_bank.decide(payment.reference, "paid")
    payments.sync(payment)
    return reloaded(taken)


@pytest.fixture
def unpaid(event, other):
    return factories.sign_up(event)


def call_off(event, **reasons):
    go_no_go.call_off(event.roster, by=None, reasons=reasons)


def reloaded(sign_up):
    return SignUp.objects.select_related("roster").get(pk=sign_up.pk)


def address(sign_up, name="status", language="nl", **kwargs):
    with translation.override(language):
        return reverse(f"sign_up_{name}", kwargs={"token": links.token(sign_up), **kwargs})


def text(response):
    main = BeautifulSoup(response.content, "html.parser").main
    return " ".join(main.get_text(" ").split())


def shown_links(response):
    main = BeautifulSoup(response.content, "html.parser").main
    return {link["href"] for link in main.select("a")}


def move_url(sign_up, event):
    return address(sign_up, "move", pk=event.roster.pk)


def test_the_page_opens_with_the_news_and_offers_another_date_or_the_money(
    client, event, paid, other
):
    call_off(event, nl="Te weinig aanmeldingen.", en="Too few people.")
    shown = client.get(address(paid))
    assert text(shown).startswith("Deze datum gaat niet door Het spijt ons, Noor:")
    assert "Te weinig aanmeldingen." in text(shown)
    assert "Alles wat is betaald, € 1.195,-, komt terug." in text(shown)
    wanted = {move_url(paid, other), address(paid, "money_back")}
    assert wanted <= shown_links(shown)
    assert address(paid, "cancel") not in shown_links(shown)
    assert address(paid, "withdraw") in shown_links(
        shown
    )  # the law gives this right for 14 days, whatever happens
    english = text(client.get(address(paid, language="en")))
    assert "This date has been cancelled" in english
    assert "Too few people." in english


def test_a_date_is_chosen_by_post_after_a_page_that_shows_the_consequences(
    client, event, paid, other
):
    call_off(event)
    url = move_url(paid, other)
    asked = client.get(url)
    assert "Bloemendaal" in text(asked)
    assert "De prijs blijft gelijk (€ 1.195,-)" in text(asked)
    client.head(url)
    assert reloaded(paid).roster == event.roster
    for _time in range(2):  # a double click
        answer = client.post(url, follow=True)
        assert "U bent overgezet naar de andere datum." in text(answer)
    assert reloaded(paid).roster == other.roster
    assert client.get(url).url == address(paid)
    assert "no-store" in asked["Cache-Control"]


def test_a_participant_who_is_just_too_late_can_choose_again(client, event, paid, unpaid, other):
    call_off(event)
    url = move_url(unpaid, other)
    assert client.get(url).status_code == 200
    choices.choose_date(paid, other.roster)
    answer = client.post(url, follow=True)
    assert "iemand anders was u net voor" in text(answer)
    assert "Op dit moment is er geen andere datum met een vrije plaats." in text(answer)
    assert reloaded(unpaid).roster == event.roster


def test_a_refund_is_asked_for_by_post_after_the_amount_was_shown(client, event, paid):
    call_off(event)
    url = address(paid, "money_back")
    assert "Komt terug € 1.195,-" in text(client.get(url))
    assert client.get(address(paid, "cancel")).url == url
    stale = client.post(url, {"expected_cents": "100"})
    assert stale.status_code == 409
    assert "is intussen veranderd" in text(stale)
    assert reloaded(paid).state == "confirmed"
    for _time in range(2):
        answer = client.post(url, {"expected_cents": "119500"}, follow=True)
        assert text(answer).startswith("Uw inschrijving is beëindigd")
    assert Refund.objects.get().amount_cents == 119500


def test_a_participant_who_has_not_paid_can_stop_without_a_refund(client, event, unpaid):
    call_off(event)
    shown = text(client.get(address(unpaid)))
    assert "U hebt nog niets betaald" in shown
    assert "Betaal met" not in shown
    client.post(address(unpaid, "money_back"), {"expected_cents": "0"})
    assert (reloaded(unpaid).state, reloaded(unpaid).end_reason) == ("cancelled", "called_off")


@pytest.mark.parametrize("name", ["move", "money_back"])
def test_there_is_nothing_to_choose_unless_the_date_is_called_off(client, paid, other, name):
    Roster.objects.filter(pk=paid.roster_id).update(decision_day=timezone.localdate())
    kwargs = {"pk": other.roster.pk} if name == "move" else {}
    url = address(paid, name, **kwargs)
    for answer in (client.get(url), client.post(url, {"expected_cents": "119500"})):
        assert answer.url == address(paid) + "?note=changed"
    assert reloaded(paid).state == "confirmed"


def test_a_date_of_another_course_or_of_none_is_refused(client, event, paid):
    call_off(event)
    elsewhere = factories.event()
    for pk in (elsewhere.roster.pk, 999_999):
        answer = client.post(address(paid, "move", pk=pk))
        assert answer.url == address(paid) + "?note=date-full"


def test_an_unknown_token_is_not_found(client, event, other, paid):
    with translation.override("nl"):
        url = reverse("sign_up_move", kwargs={"token": "x" * 43, "pk": other.roster.pk})
    assert client.post(url).status_code == 404


def test_the_buyer_is_told_that_nothing_is_owed(client, event, unpaid):
    SignUp.objects.filter(pk=unpaid.pk).update(buyer_may_pay=True)
    buyer = buyers.make_link(reloaded(unpaid))
    call_off(event)
    shown = text(client.get(links.buyer_path(buyer)))
    assert shown.startswith("Deze datum gaat niet door")
    assert client.post(links.buyer_path(buyer), {"way": "now"}).status_code == 302


def test_a_definite_date_is_announced_on_every_page(client, event, paid, unpaid):
    assert "gaat zeker door" not in text(client.get(address(paid)))
    go_no_go.go_ahead(event.roster, by=None)
    for person in (paid, unpaid):
        assert "Deze cursus gaat zeker door." in text(client.get(address(person)))
    assert "Deze cursus gaat zeker door." in text(client.get(event.url))
    assert "Gaat zeker door" in text(client.get(event.course.url))
    assert "is definitely running" in text(client.get(address(paid, language="en")))


def test_an_expired_choice_is_explained_on_the_page(client, event, unpaid):
    call_off(event)
    ended = {"state": "expired", "end_reason": "called_off", "hold_until": None}
    SignUp.objects.filter(pk=unpaid.pk).update(ended_at=unpaid.created_at, **ended)
    assert text(client.get(address(unpaid))).startswith("Uw inschrijving is beëindigd")


def test_a_date_that_is_called_off_cannot_be_preferred(client, event, other):
    form = factories.form_page(event.course)
    url = form.url_for(event.code)
    factories.fill(other)
    assert "Bloemendaal" in text(client.get(url))
    call_off(other)
    assert "Bloemendaal" not in text(client.get(url))


# --- Moving by oneself, while the date goes on ---


def test_a_person_moves_to_an_open_date_with_everything_that_belongs_to_it(
    client, event, paid, other
):
    page = client.get(address(paid))
    asked = client.get(move_url(paid, other))
    assert move_url(paid, other) in shown_links(page)
    assert "Uw huidige datum" in text(asked)
    assert "De prijs blijft gelijk (€ 1.195,-)" in text(asked)
    assert reloaded(paid).roster_id == event.roster.pk

    for _press in range(2):
        moved = client.post(move_url(paid, other), follow=True)

    assert "U bent overgezet naar de andere datum." in text(moved)
    now = reloaded(paid)
    assert now.roster_id == other.roster.pk
    assert {claim.roster_id for claim in now.claims.all()} == {other.roster.pk}
    assert now.claims.count() == 2
    assert [row.amount_cents for row in now.invoices.order_by("pk")] == [119500] * 3
    assert factories.again(event).free_for("course") == 24
    [mail] = OutgoingMail.objects.filter(kind="swapped")
    assert mail.attachments.filter(mimetype__startswith="text/calendar").count() == 1
    assert OutgoingMail.objects.filter(kind="office_change").count() == 1


def priced(event, cents):
    return factories.event(event.course, parts=[factories.part(90)], price_cents=cents)


def dearer(event, paid):
    return priced(event, 200000)


def full(event, paid):
    found = factories.event(event.course, parts=[factories.part(90)], capacity=1)
    factories.fill(found)
    return found


def of_another_course(event, paid):
    return factories.event(parts=[factories.part(90)])


@pytest.mark.parametrize("make", [dearer, full, of_another_course])
def test_nobody_moves_to_what_is_full_costs_more_than_was_paid_or_is_another_course(
    client, event, paid, make
):
    made = make(event, paid)
    refused = client.post(move_url(paid, made), follow=True)

    assert move_url(paid, made) not in shown_links(client.get(address(paid)))
    assert "Op die datum is geen plaats meer" in text(refused)
    assert reloaded(paid).roster_id == event.roster.pk


def test_what_was_paid_too_much_goes_back_after_it_was_shown(client, event, paid):
    cheap = priced(event, 99500)
    asked = client.get(move_url(paid, cheap))
    assert "Deze datum kost € 995,- in plaats van € 1.195,-." in text(asked)
    assert "U krijgt € 200,- terug" in text(asked)

    client.post(move_url(paid, cheap), {"price": "99500"})

    now = reloaded(paid)
    assert (now.roster_id, now.price_cents) == (cheap.roster.pk, 99500)
    assert list(Refund.objects.values_list("payment__sign_up", "amount_cents")) == [
        (paid.pk, 20000)
    ]


@pytest.mark.parametrize(("cents", "words"), [(99500, "€ 200,- minder"), (139500, "€ 200,- meer")])
def test_who_has_not_paid_moves_to_another_price_after_it_was_shown(
    client, event, unpaid, cents, words
):
    made = priced(event, cents)
    assert words in text(client.get(move_url(unpaid, made)))

    client.post(move_url(unpaid, made), {"price": str(cents)})

    now = reloaded(unpaid)
    assert (now.roster_id, now.price_cents) == (made.roster.pk, cents)


@pytest.mark.parametrize("shown", ["", "100", "119500"])
def test_nobody_agrees_to_another_price_than_was_shown(client, event, paid, shown):
    cheap = priced(event, 99500)
    again = client.post(move_url(paid, cheap), {"price": shown})

    assert "De prijs van deze datum is intussen gewijzigd." in text(again)
    assert reloaded(paid).roster_id == event.roster.pk
    with pytest.raises(moves.StalePriceError):
        choices.choose_date(paid, cheap.roster, price_cents=100)


@pytest.mark.parametrize(("ahead", "may"), [(1, True), (0, False)])
def test_one_can_move_until_the_day_on_which_the_date_is_decided_about(
    client, event, paid, other, ahead, may
):
    day = timezone.localdate() + datetime.timedelta(days=ahead)
    Roster.objects.filter(pk=event.roster.pk).update(decision_day=day)
    client.post(move_url(paid, other))

    assert (reloaded(paid).roster_id == other.roster.pk) is may


def test_alumni_and_people_in_review_do_not_move_by_themselves(client, event, other):
    alumna = factories.sign_up(event, factories.somebody(admission="alumni"), kind="alumni")
    review = factories.sign_up(event, factories.somebody(admission="exception"))
    for sign_up in (alumna, review):
        assert move_url(sign_up, other) not in shown_links(client.get(address(sign_up)))
        client.post(move_url(sign_up, other))
        assert reloaded(sign_up).roster_id == event.roster.pk
