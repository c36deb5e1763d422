"""Moving several people of a course group to another date at once."""

import pytest

from courses.domain import moves
from courses.models import SignUp
from mail.models import OutgoingMail
from tests import factories
from tests.courses.office.test_bulk import ask, do, messages_in


@pytest.fixture
def other(event):
    """Another date of the same course, with two places; beside it one of another course."""
    factories.event()
    return factories.event(event.course, capacity=2)


def where(*people):
    rows = SignUp.objects.select_related("roster").filter(pk__in=[row.pk for row in people])
    return {row.last_name: row.roster.code for row in rows}


def test_the_question_offers_the_other_dates_of_the_course_with_their_places(
    office, event, other, make_sign_up
):
    taken = make_sign_up(last_name="Bakker")
    response = ask(office, event, "move", taken)
    choices = response.context["form"].fields["date"].choices
    assert [code for code, _label in choices] == [other.code]
    assert "2 plaatsen vrij" in choices[0][1]
    assert "1 persoon overzetten naar een andere datum?" in response.text


def test_each_moves_at_the_agreed_price_and_gets_a_mail_and_others_stay(
    office, event, other, make_sign_up
):
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]
    stays = make_sign_up(last_name="Blijft")
    before = OutgoingMail.objects.filter(kind="swapped").count()
    response = do(office, event, "move", *people, date=other.code)
    assert where(*people, stays) == {
        "Bakker": other.code, "Visser": other.code, "Blijft": event.code,
    }  # fmt: skip
    assert "2 mensen zijn overgezet." in messages_in(response)
    assert {row.price_cents for row in SignUp.objects.all()} == {119500}
    assert OutgoingMail.objects.filter(kind="swapped").count() == before + 2


def test_whoever_finds_no_place_stays_and_is_named(office, event, other, make_sign_up):
    factories.sign_up(other)
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]
    response = do(office, event, "move", *people, date=other.code)
    assert where(*people) == {"Bakker": other.code, "Visser": event.code}
    assert "op die datum is geen plaats meer" in messages_in(response)
    assert "Visser" in messages_in(response)


def test_nothing_happens_without_a_date_or_with_one_of_another_course(
    office, event, other, make_sign_up
):
    taken = make_sign_up(last_name="Bakker")
    strange = factories.event()
    for date in ("", strange.code, event.code):
        response = do(office, event, "move", taken, date=date)
        assert response.context["form"].errors
    assert where(taken) == {"Bakker": event.code}


def test_who_cannot_move_is_skipped_with_the_reason(office, event, other, make_sign_up):
    taken, gone = (make_sign_up(last_name=name) for name in ("Bakker", "Weg"))
    SignUp.objects.filter(pk=gone.pk).update(state=SignUp.State.CANCELLED)
    response = ask(office, event, "move", taken, gone)
    assert [row.last_name for row in response.context["possible"]] == ["Bakker"]
    assert moves.can_move(taken)


def test_without_another_date_the_page_says_so(office, event, make_sign_up):
    response = do(office, event, "move", make_sign_up())
    assert response.status_code == 200
    taken = SignUp.objects.get()
    asked = office.get(f"/admin/rosters/{event.roster.pk}/people/bulk/move/", {"id": taken.pk},
                       follow=True)  # fmt: skip
    assert "Er is geen andere datum waarnaar mensen kunnen worden overgezet." in messages_in(asked)
