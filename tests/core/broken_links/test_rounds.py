"""Which addresses are asked when, and when one counts as broken."""

from datetime import UTC, datetime, timedelta

import pytest

from core.broken_links import asking, rounds
from core.models import ExternalAddress

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
Trouble = ExternalAddress.Trouble


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.CHECK_LINKS = True


@pytest.fixture
def answers(monkeypatch):
    """{address: trouble}, in place of the network."""
    given = {}
    monkeypatch.setattr(asking, "ask", lambda url: given.get(url, ""))
    return given


def add(number=1, host="site{}.example", **facts):
    rows = [ExternalAddress(url=f"https://{host.format(n)}/{n}", **facts) for n in range(number)]
    return ExternalAddress.objects.bulk_create(rows)


def broken():
    return set(ExternalAddress.objects.filter(rounds.is_broken()).values_list("url", flat=True))


def test_a_round_asks_a_few_addresses(answers):
    add(7)
    assert [rounds.ask_some(NOW) for _round in range(3)] == [5, 2, 0]


def test_a_round_asks_each_site_once(answers):
    add(3, host="same.example")
    assert [rounds.ask_some(NOW) for _round in range(4)] == [1, 1, 1, 0]


def test_good_ones_are_due_again_after_a_week_bad_ones_after_a_day(answers):
    good, bad = add(2)
    answers[bad.url] = Trouble.NOT_FOUND
    rounds.ask_some(NOW)

    assert set(rounds.due(NOW + DAY)) == {bad}
    assert set(rounds.due(NOW + 7 * DAY)) == {good, bad}


def test_a_missing_page_is_broken_at_once(answers):
    gone, slow = add(2)
    answers |= {gone.url: Trouble.NOT_FOUND, slow.url: Trouble.NO_ANSWER}
    rounds.ask_some(NOW)
    assert broken() == {gone.url}


def test_a_site_without_answer_is_broken_after_three_days(answers):
    [slow] = add()
    answers[slow.url] = Trouble.NO_ANSWER
    for day in range(2):
        rounds.ask_some(NOW + day * DAY)
    assert broken() == set()
    rounds.ask_some(NOW + 2 * DAY)
    assert broken() == {slow.url}

    answers.clear()
    rounds.ask_some(NOW + 3 * DAY)
    assert broken() == set()


def test_nothing_is_broken_while_no_site_at_all_answers(answers):
    answers |= {row.url: Trouble.NO_ANSWER for row in add(4)}
    for day in range(5):
        rounds.ask_some(NOW + day * DAY)
    assert broken() == set()


def test_no_site_is_asked_when_it_is_turned_off(answers, settings):
    settings.CHECK_LINKS = False
    add()
    assert rounds.ask_some(NOW) == 0


def test_staff_can_have_everything_asked_again(answers):
    add(2)
    rounds.ask_some(NOW)
    rounds.ask_all_again()
    assert rounds.due(NOW).count() == 2


def test_several_failures_on_one_day_count_once(answers):
    [slow] = add()
    answers[slow.url] = Trouble.NO_ANSWER
    for hour in range(4):
        rounds.ask_all_again()
        rounds.ask_some(NOW + timedelta(hours=hour))
    assert broken() == set()
    assert ExternalAddress.objects.get().failures == 1
