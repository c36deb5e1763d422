"""Another date on the status page: preferring dates and answering an offer."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.domain import cancellations, swaps
from courses.models import SignUp, SwapOffer
from courses.reading import links
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(institute):
    return factories.event()


@pytest.fixture
def other(own):
    parts = [factories.part(30, 31, place="Bloemendaal"), factories.part(120, label="Terugkomdag")]
    return factories.event(own.course, parts=parts)


@pytest.fixture
def wisher(own, other):
    return factories.sign_up(own, factories.somebody(swap_wishes=(other.roster.pk,)))


@pytest.fixture
def offer(wisher, other, office):
    return swaps.offer(wisher, other.roster, by=office)


def page(sign_up, name="sign_up_status"):
    return links.status_path(sign_up, name)


def answer_page(sign_up, offer, language="nl"):
    with translation.override(language):
        return reverse("sign_up_swap", args=[links.token(sign_up), offer.pk])


def roster_of(sign_up):
    return SignUp.objects.get(pk=sign_up.pk).roster


def test_the_page_lists_the_other_dates_with_the_current_preference_ticked(client, wisher, other):
    shown = client.get(page(wisher)).text
    assert f'value="{other.roster.pk}" id="wish-{other.roster.pk}" checked' in shown
    assert "Bloemendaal" in shown
    assert "geen reservelijst" in shown


def test_a_date_with_places_is_no_wish_but_one_to_choose(client, event, other):
    form = factories.form_page(event.course)
    full = factories.event(event.course, parts=[factories.part(95)], capacity=1)
    factories.fill(full)
    sign_up = factories.sign_up(event)
    on_form = client.get(form.url_for(event.code)).text
    on_page = client.get(page(sign_up)).text

    assert f'name="swap_wishes" value="{full.roster.pk}"' in on_form
    assert f'name="swap_wishes" value="{other.roster.pk}"' not in on_form
    assert f'id="wish-{full.roster.pk}"' in on_page
    assert f'id="wish-{other.roster.pk}"' not in on_page


def test_preferences_are_changed_by_post_only(client, wisher, other):
    wishes = page(wisher, "sign_up_wishes")
    assert wishes.endswith("/andere-datum/")
    for read in (client.get, client.head):
        assert read(wishes).url == page(wisher)
    assert list(wisher.swap_wishes.all()) == [other.roster]
    assert client.post(wishes).status_code == 302
    assert list(wisher.swap_wishes.all()) == []
    client.post(wishes, {"roster": [str(other.roster.pk), "x", "٣", "9" * 30, "-1", "0"]})
    assert list(wisher.swap_wishes.all()) == [other.roster]


def test_without_other_dates_the_page_says_so(client, own):
    shown = client.get(page(factories.sign_up(own))).text
    assert "Er is op dit moment geen andere datum van deze cursus." in shown


def test_alumni_and_ended_sign_ups_are_not_asked_for_preferences(client, own, other, office):
    alumna = factories.sign_up(own, factories.somebody(admission="alumni"), kind="alumni")
    gone = cancellations.cancel(factories.sign_up(own), by=office)
    for sign_up in (alumna, gone):
        assert 'id="other-date"' not in client.get(page(sign_up)).text
        assert client.post(page(sign_up, "sign_up_wishes"), {"roster": other.roster.pk}).url
        assert list(sign_up.swap_wishes.all()) == []


def test_an_offer_is_on_the_page_with_both_answers_and_reading_changes_nothing(
    client, wisher, offer
):
    for address in (page(wisher), answer_page(wisher, offer)):
        for _time in range(3):
            assert client.head(address).status_code == 200
            response = client.get(address)
            assert "Ja, zet mij over" in response.text
            assert "Nee, ik houd mijn huidige datum" in response.text
            assert "no-store" in response["Cache-Control"]
            assert response["Referrer-Policy"] == "no-referrer"
    assert SwapOffer.objects.get().state == "open"


def test_accepting_moves_the_sign_up_and_a_second_click_changes_nothing(
    client, wisher, offer, other
):
    for _click in range(2):
        response = client.post(answer_page(wisher, offer), {"answer": "yes"}, follow=True)
        assert "U bent overgezet naar de andere datum" in response.text
        assert other.code in response.text
    assert roster_of(wisher) == other.roster
    assert client.get(answer_page(wisher, offer)).url == page(wisher)


def test_declining_keeps_the_current_date(client, wisher, offer, own):
    response = client.post(answer_page(wisher, offer), {"answer": "no"}, follow=True)
    assert "U houdt uw huidige datum" in response.text
    assert roster_of(wisher) == own.roster
    late = client.post(answer_page(wisher, offer), {"answer": "yes"}, follow=True)
    assert "wordt u niet meer aangeboden" in late.text
    assert (
        "wordt u niet meer aangeboden" in client.get(answer_page(wisher, offer), follow=True).text
    )


def test_any_other_answer_asks_again(client, wisher, offer):
    response = client.post(answer_page(wisher, offer), {"answer": "maybe"})
    assert "Ja, zet mij over" in response.text
    assert SwapOffer.objects.get().state == "open"


def test_an_offer_cannot_be_accepted_after_its_deadline(client, wisher, offer, own):
    with time_machine.travel(offer.until):
        assert "Ja, zet mij over" not in client.get(page(wisher)).text
        response = client.post(answer_page(wisher, offer), {"answer": "yes"}, follow=True)
    assert "wordt u niet meer aangeboden" in response.text
    assert roster_of(wisher) == own.roster


def test_an_offer_of_a_date_already_booked_can_be_accepted_as_any_other(client, own, other, office):
    person = factories.somebody(swap_wishes=(other.roster.pk,))
    sign_up = factories.sign_up(own, person)
    offer = swaps.offer(sign_up, other.roster, by=office)
    factories.sign_up(other, person)
    response = client.post(answer_page(sign_up, offer), {"answer": "yes"}, follow=True)
    assert response.redirect_chain[-1][0].endswith("?note=swapped")
    assert roster_of(sign_up) == other.roster


def test_the_offer_of_another_participant_is_not_found(client, wisher, offer, own):
    stranger = factories.sign_up(own)
    for ask in (client.get, client.post):
        assert ask(answer_page(stranger, offer), {"answer": "yes"}).status_code == 404
    assert client.get(f"{page(wisher, 'sign_up_wishes')}{10**40}/").status_code == 404
    assert SwapOffer.objects.get().state == "open"


def test_a_post_needs_its_csrf_token(wisher, offer):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(answer_page(wisher, offer), {"answer": "yes"}).status_code == 403
    assert SwapOffer.objects.get().state == "open"


def test_the_pages_of_an_english_sign_up_are_in_english(client, own, other, office):
    filled_in = factories.somebody(swap_wishes=(other.roster.pk,))
    sign_up = factories.sign_up(own, filled_in, language="en")
    offer = swaps.offer(sign_up, other.roster, by=office)
    factories.locale("en")
    shown = client.get(answer_page(sign_up, offer, "en"))
    assert "There is a place for you on another date" in shown.text
    assert "/en/sign-up/" in answer_page(sign_up, offer, "en")
