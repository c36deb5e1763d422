"""No seat is sold twice and nobody gets two: races against a real server and in real threads.

Each test runs on a copy of the test database.
"""

import asyncio
import os
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import translation

from courses.domain import cancellations, holds, invariants, payments, sign_ups
from courses.models import CourseEventPage, Roster, SeatClaim, SignUp
from courses.reading import events
from courses.reading.availability import Availability
from mail.models import OutgoingMail
from tests import factories
from tests.load import servers, visitors
from tests.load.threads import at_once
from tests.load.without_seat_guard import take_the_guard_out

# `make bench` sends 100 people; the promise is the same with 40.
SQLITE_PEOPLE = int(os.environ.get("OVERBOOKING_PEOPLE", "40"))
REPEATS = int(os.environ.get("OVERBOOKING_REPEATS", "1"))
IS_POSTGRES = "postgresql" in configured.DATABASES["default"]["ENGINE"]


@contextmanager
def sign_up_server(url, folder, **facts):
    """A server with one course date.

    Yields (its URL, {language: path of the form}, environment, event).
    """
    course = factories.course()
    dutch = factories.form_page(course)
    english = dutch.copy_for_translation(factories.locale("en"), copy_parents=True)
    event = factories.event(course, **facts)
    factories.settings()
    forms = {"nl": dutch, "en": factories.publish(english)}
    paths = {language: form.url_for(event.code) for language, form in forms.items()}
    connection.close()
    with servers.web_server(url, folder) as (base, environment):
        yield base, paths, environment, event


def seats_of(event):
    return Counter(SeatClaim.objects.filter(roster=event.roster).values_list("part_key", flat=True))


def assert_invariants_hold(environment):
    checked = servers.manage(environment, "check_invariants")
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr[-2000:]


def run_the_race(own_database, folder, people, seats=24):
    """Every second person uses the form in English: two languages share the same seats."""
    with sign_up_server(own_database, folder, capacity=seats) as (base, paths, environment, event):
        wrong, answers, seconds = asyncio.run(visitors.race(base, list(paths.values()), people))
        assert wrong == []
        assert [paths["en"].startswith("/en/"), paths["nl"].startswith("/en/")] == [True, False]
        accepted = [answer for answer in answers if answer.status == 302]
        refused = [answer for answer in answers if answer.status == 409]
        others = Counter((a.status, a.error) for a in answers if a.status not in (302, 409))
        slowest = max(answer.seconds for answer in answers)
        languages = Counter(SignUp.objects.values_list("language", flat=True))
        print(  # noqa: T201  the figures of `make bench`
            f"\n{people} people, {seats} seats, {connection.vendor}: {len(accepted)} accepted "
            f"({languages['nl']} in Dutch, {languages['en']} in English), "
            f"{len(refused)} told full, {len(others)} else, {seconds:.1f} s "
            f"({people / seconds:.0f} a second), slowest answer {slowest:.1f} s"
        )
        assert others == Counter()
        assert (len(accepted), len(refused)) == (seats, people - seats)
        assert slowest <= 60
        assert len({answer.location for answer in accepted}) == seats
        assert Counter(_language(answer.location) for answer in accepted) == languages
        assert_refusals_are_proper_pages(refused)
        assert seats_of(event) == {part.key: seats for part in event.parts}
        assert SignUp.objects.count() == seats
        assert Counter(OutgoingMail.objects.values_list("kind", flat=True)) == {
            "received": seats,
            "office_sign_up": seats,
        }
        assert_invariants_hold(environment)
        log = (folder / "server.log").read_text()
        assert "Traceback" not in log
        assert "database is locked" not in log


def _language(path):
    return "en" if path.startswith("/en/") else "nl"


def assert_refusals_are_proper_pages(refused):
    with_heading = [answer for answer in refused if answer.text.count("<h1") == 1]
    assert len(with_heading) == len(refused)
    assert all(answer.text.rstrip().endswith("</html>") for answer in refused)
    for language in ("nl", "en"):
        with translation.override(language):
            full = str(Availability.FULL.label)
        in_it = [answer.text for answer in refused if f'<html lang="{language}"' in answer.text]
        assert in_it
        assert all(full in text for text in in_it)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize("_repeat", range(REPEATS))
def test_of_500_people_at_once_24_get_the_24_seats(own_database, tmp_path, _repeat):
    run_the_race(own_database, tmp_path, people=500)


@pytest.mark.slow
@pytest.mark.skipif(IS_POSTGRES, reason="the same race on PostgreSQL has 500 people")
def test_of_many_people_at_once_24_get_the_24_seats_on_sqlite(own_database, tmp_path):
    run_the_race(own_database, tmp_path, people=SQLITE_PEOPLE)


# --- Threads that call the domain -----------------------------------------------------------


def somebody_at(page):
    """An attempt by a new person to sign up for the event of `page`, as in a request of its own."""
    filled_in, agreement = factories.somebody(), factories.agreement()

    def attempt():
        shown = events.of_page(CourseEventPage.objects.get(pk=page.pk))
        return sign_ups.sign_up(event=shown, application=filled_in, agreement=agreement)

    return attempt


@pytest.mark.postgres
def test_without_the_guard_the_same_race_sells_too_many_seats(own_database, monkeypatch):
    """The negative control: if this did not oversell, the races above would prove nothing."""
    factories.settings()
    event = factories.event()
    take_the_guard_out(monkeypatch)
    at_once([somebody_at(event.facts) for _person in range(40)])
    oversold = max(seats_of(event).values())
    print(f"\n40 people, 24 seats, without the guard: {oversold} seats sold")  # noqa: T201
    assert oversold >= 25
    assert any("seats taken of 24" in line for line in invariants.violations())


@pytest.mark.postgres
def test_with_the_guard_the_same_race_sells_no_seat_too_many(own_database):
    factories.settings()
    event = factories.event()
    results = at_once([somebody_at(event.facts) for _person in range(40)])
    assert Counter(type(result).__name__ for result in results) == {
        "SignUp": 24,
        "UnavailableError": 16,
    }
    assert seats_of(event) == {part.key: 24 for part in event.parts}
    assert list(invariants.violations()) == []


@pytest.mark.slow
def test_the_last_seat_goes_to_one_of_two(own_database):
    factories.settings()
    page = factories.event(capacity=1).facts
    office = factories.user()
    for _round in range(200 if IS_POSTGRES else 20):
        results = at_once([somebody_at(page), somebody_at(page)])
        assert sorted(type(result).__name__ for result in results) == ["SignUp", "UnavailableError"]
        winner, loser = sorted(results, key=lambda result: isinstance(result, Exception))
        assert loser.availability == Availability.FULL
        cancellations.cancel(winner, by=office)
    assert list(invariants.violations()) == []


def test_one_person_in_many_threads_is_signed_up_once(own_database):
    factories.settings()
    event = factories.event(capacity=3)
    filled_in = factories.application()
    forms = [factories.agreement() for _tab in range(2)]
    presses = [
        lambda form=form: sign_ups.sign_up(event=event, application=filled_in, agreement=form)
        for form in forms * 3
    ]
    results = at_once(presses)
    by_tab = [results[tab::2] for tab in range(2)]
    own, other = by_tab if isinstance(by_tab[0][0], SignUp) else reversed(by_tab)
    assert {result.pk for result in own} == {SignUp.objects.get().pk}
    assert {type(result) for result in other} == {sign_ups.AlreadySignedUpError}
    assert seats_of(event) == {part.key: 1 for part in event.parts}
    assert OutgoingMail.objects.count() == 2


def test_of_payments_and_expiry_at_once_only_one_happens(own_database):
    factories.settings()
    event = factories.event()
    office = factories.user()
    for _round in range(5):
        held = factories.sign_up(event)
        results = at_once(
            [
                lambda held=held: payments.record(held, by=office).state,
                lambda held=held: payments.record(held, by=office).state,
                lambda held=held: holds.expire(now=held.hold_until),
            ]
        )
        state = SignUp.objects.get(pk=held.pk).state
        expected = {
            "confirmed": ["WrongStateError", "confirmed", 0],
            "expired": ["WrongStateError", "WrongStateError", 1],
        }[state]
        said = [type(r).__name__ if isinstance(r, Exception) else r for r in results]
        assert sorted(said, key=str) == sorted(expected, key=str)
    assert list(invariants.violations()) == []


def test_a_lower_capacity_while_people_sign_up_removes_nobody(own_database):
    factories.settings()
    event = factories.event()
    factories.fill(event, 6)
    page = event.facts
    page.capacity = 8
    attempts = [somebody_at(page) for _person in range(10)]
    results = at_once([*attempts[:5], lambda: factories.publish(page), *attempts[5:]])

    assert not isinstance(results[5], Exception)
    accepted = sum(isinstance(result, SignUp) for result in results)
    assert sum(isinstance(r, sign_ups.UnavailableError) for r in results) == 10 - accepted
    taken, capacity = 6 + accepted, Roster.objects.get().capacity
    assert set(seats_of(event).values()) == {taken}
    assert capacity == max(8, taken)
    assert list(invariants.violations()) == []


# --- One person who presses many times ------------------------------------------------------


async def press_in_every_way(number, base, path):
    """Two tabs, a double click, a lost response, back and again.

    Returns (unexpected responses, the responses to “confirm” in each tab).
    """
    details = visitors.details(number)
    tabs = [visitors.Visitor(number, base, path, details) for _tab in range(2)]
    try:
        wrong = await visitors.prepare(tabs)
        await tabs[0].confirm_and_hang_up()
        answers = await asyncio.gather(tabs[0].confirm(), tabs[0].confirm(), tabs[1].confirm())
        first, second = [*answers[:2], await tabs[0].confirm()], answers[2:]
        wrong += [answer for answer in [await tabs[0].check()] if answer.status not in (200, 302)]
        if tabs[0].hidden:
            first.append(await tabs[0].confirm())
        return wrong, (first, second)
    finally:
        await asyncio.gather(*[tab.leave() for tab in tabs])


async def many_people(people, base, path):
    turn = asyncio.Semaphore(6)

    async def one(number):
        async with turn:
            return await press_in_every_way(number, base, path)

    return await asyncio.gather(*[one(number) for number in range(people)])


@pytest.mark.slow
def test_one_person_is_signed_up_once_however_often_they_press(own_database, tmp_path):
    people = 50 if IS_POSTGRES else 6
    with sign_up_server(own_database, tmp_path, capacity=60) as (base, paths, environment, event):
        start = time.monotonic()
        results = asyncio.run(many_people(people, base, paths["nl"]))
        print(f"\n{people} people in {time.monotonic() - start:.1f} s")  # noqa: T201

        assert [wrong for wrong, _answers in results if wrong] == [], servers.errors(tmp_path)
        for _wrong, tabs in results:
            # The tab whose form made the sign-up leads to it; the other one may be a stranger's.
            outcomes = [{(answer.status, answer.location) for answer in tab} for tab in tabs]
            (neutral,), (led_to,) = sorted(outcomes, key=lambda each: min(each)[0])
            assert (neutral[0], led_to[0]) == (200, 302)
        assert SignUp.objects.count() == people
        assert seats_of(event) == {part.key: people for part in event.parts}
        assert Counter(OutgoingMail.objects.values_list("kind", flat=True)) == {
            "received": people,
            "office_sign_up": people,
            "signed_up_already": people,
        }
        assert_invariants_hold(environment)
