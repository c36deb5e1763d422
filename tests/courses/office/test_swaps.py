import datetime

import pytest
from django.urls import reverse

from courses.domain import cancellations, swaps
from courses.models import SignUp, SwapOffer

OVERVIEW = "/admin/swaps/"
BEFORE = datetime.timedelta(days=30)


@pytest.fixture
def other(event, make_event):
    """An earlier date with one place; the wishers are on `event`."""
    return make_event(
        title="Cursus Bloemendaal", first_day=event.roster.first_day - BEFORE, capacity=1
    )


@pytest.fixture
def wisher(event, other, make_sign_up):
    return make_sign_up(first_name="Sanne", swap_wishes=(other.roster.pk,))


def roster_page(event):
    return reverse("rosters:edit", args=[event.roster.pk])


def offer_page(sign_up, event):
    return reverse("swaps:offer", args=[event.roster.pk, sign_up.pk])


def withdraw_page(offer):
    return reverse("swaps:withdraw", args=[offer.pk])


def messages_in(response):
    return [str(message) for message in response.context["messages"]]


def test_a_wish_that_can_be_granted_is_on_the_start_page_the_overview_and_the_group(
    office, wisher, other
):
    assert "<strong>1</strong>" in office.get("/admin/").text
    for page in (OVERVIEW, roster_page(other)):
        shown = office.get(page).text
        assert "Sanne Öztürk" in shown
        assert offer_page(wisher, other) in shown


def test_without_room_the_group_says_so_and_offers_nothing(office, wisher, other, make_sign_up):
    make_sign_up(event=other)
    shown = office.get(roster_page(other)).text
    assert "Sanne Öztürk" in shown
    assert "Er is nu geen plaats om aan te bieden." in shown
    assert offer_page(wisher, other) not in shown
    assert "Sanne" not in office.get(OVERVIEW).text


def test_a_place_is_offered_after_a_question(office, wisher, other):
    question = office.get(offer_page(wisher, other)).text
    assert "persoon1@example.nl" in question
    assert not SwapOffer.objects.exists()
    response = office.post(offer_page(wisher, other), follow=True)
    assert response.redirect_chain == [(roster_page(other), 302)]
    offer = SwapOffer.objects.get()
    assert (offer.sign_up, offer.roster, offer.by) == (wisher, other.roster, office.user)
    assert withdraw_page(offer) in response.text
    assert withdraw_page(offer) in office.get(OVERVIEW).text


def test_an_offer_that_is_not_possible_any_more_changes_nothing(
    office, wisher, event, other, make_sign_up
):
    holder = make_sign_up(event=other)
    assert (
        "er is geen plaats meer"
        in messages_in(office.post(offer_page(wisher, other), follow=True))[0].casefold()
    )
    assert "kan geen plaats" in messages_in(office.get(offer_page(wisher, other), follow=True))[0]
    cancellations.cancel(holder, by=None)
    swaps.set_wishes(wisher, [])
    assert "kan geen plaats" in messages_in(office.post(offer_page(wisher, other), follow=True))[0]
    assert not SwapOffer.objects.exists()


def test_an_offer_is_withdrawn_after_a_question(office, wisher, other):
    offer = swaps.offer(wisher, other.roster, by=None)
    assert "Dit aanbod intrekken?" in office.get(withdraw_page(offer)).text
    office.post(withdraw_page(offer), follow=True)
    assert SwapOffer.objects.get().state == "withdrawn"
    for again in (office.get, office.post):
        assert "Ingetrokken" in messages_in(again(withdraw_page(offer), follow=True))[0]
    shown = office.get(OVERVIEW).text
    assert "eerder aangeboden" in shown
    assert offer_page(wisher, other) in shown


def test_only_staff_who_may_change_sign_ups_may_offer(make_client, wisher, other):
    offer = swaps.offer(wisher, other.roster, by=None)
    for role in ("Teksten", "no group", None):
        client = make_client(role)
        assert client.get(OVERVIEW).status_code == 302
        for page in (offer_page(wisher, other), withdraw_page(offer)):
            assert client.get(page).status_code == 302
            assert client.post(page).status_code == 302
    assert SwapOffer.objects.get().state == "open"


def test_the_overview_makes_no_more_queries_for_more_people(
    office, wisher, other, make_sign_up, django_assert_max_num_queries
):
    for number in (0, 3):
        for _person in range(number):
            make_sign_up(swap_wishes=(other.roster.pk,))
        with django_assert_max_num_queries(32):
            office.get(OVERVIEW)
    assert SignUp.objects.count() == 4


def test_an_empty_overview_says_so(office, event):
    assert "Er is nu niets aan te bieden" in office.get(OVERVIEW).text
