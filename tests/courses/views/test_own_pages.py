"""A stranger who has a page of their own sends its forms in the words of somebody on a date.

Whatever state the own page is in and in whose name it was made: every form on it and on the pages
behind it answers as it does to somebody who is on no date.
"""

from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core import guards
from courses.domain import go_no_go, holds, payments, swaps
from courses.models import SignUp
from courses.reading import links
from tests import factories
from tests.access.strangers import (
    NOBODY,
    Person,
    everything_in,
    forms_in,
    neutral,
    paths_in,
    secrets_of,
    send,
    typed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

# Nothing of this is a word of the site.
VICTIM = Person(
    "Sam", "Öztürk", "sam@example.nl", "06 55556666", "Laan 9", "Mussendorp", "Fietsend"
)
OTHER = Person("Ria", "Duif", "ria@example.nl", "06 33334444", "Pad 2", "Lijsterstad", "Rennend")


@pytest.fixture
def dates(institute, monkeypatch, time_machine):
    """(the date on which the victim is, another one of the same course)."""
    monkeypatch.setattr(guards, "SECONDS_TO_READ", 0)
    time_machine.move_to(timezone.now(), tick=False)  # pages say until what minute a place is held
    first = factories.event(capacity=20)
    return first, factories.event(first.course, parts=[factories.part(60, 61)], capacity=20)


def sign_up(event, who, **facts):
    words = typed(who)
    address = {name: words.pop(name) for name in ("street", "city")}
    buyer = factories.buyer(**address)
    return factories.sign_up(event, factories.application(**words, buyer=buyer, **facts))


def unpaid(event, _their_date, who, _office):
    return sign_up(event, who)


def paid(event, _their_date, who, office):
    return payments.record(sign_up(event, who), by=office)


def called_off(event, _their_date, who, office):
    made = paid(event, _their_date, who, office)
    go_no_go.call_off(event.roster, by=office)
    return made


def offered(event, their_date, who, office):
    made = sign_up(event, who, swap_wishes=(their_date.roster.pk,))
    payments.record(made, by=office)
    swaps.offer(SignUp.objects.get(pk=made.pk), their_date.roster, by=office)
    return made


def lapsed(_event, their_date, who, _office):
    made = sign_up(their_date, who)
    holds.expire(now=made.hold_until)
    return made


def beside_them(_event, their_date, who, _office):
    return sign_up(their_date, who)


def own_forms(path):
    """{address of a form: the page it is on} of an own page and all pages behind it."""
    found, seen, ahead = {}, set(), [path]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        answer = Client().get(page)
        for _method, address, _form in forms_in(answer, page):
            if urlsplit(address).path.startswith(path):
                found.setdefault(urlsplit(address).path, page)
        ahead += [at for at in paths_in(answer, page) if at.startswith(path) and at not in seen]
    return found


@contextmanager
def undone():
    """Whatever is done in it is undone after it, also what has to be a transaction by itself."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def outcomes(made, who, secrets):
    """{address of a form, without the token: the outcome with each person's words}."""
    path = links.status_path(made)
    found = {}
    for address, page in own_forms(path).items():
        for words in {VICTIM, OTHER} - {who}:
            with undone():
                asked = send(page, address, words)
            told = "".join(everything_in(answer) for answer in asked.answers)
            assert [secret for secret in secrets if secret in told] == [], address
            outcome = neutral(asked.outcome, words, who).replace(path, "/")
            found.setdefault(address.removeprefix(path), []).append(outcome)
    return found


def not_in_all(outcomes):
    """The words of some of these outcomes that others lack, else how many differ."""
    words = [set(outcome.split()) for outcome in outcomes]
    return set.union(*words) - set.intersection(*words) or len(set(outcomes)) - 1


@pytest.mark.parametrize(
    ("state", "forms"),
    [
        (unpaid, {"gegevens/", "collega/", "annuleren/", "nieuwe-link/"}),
        (paid, {"gegevens/", "collega/", "annuleren/", "nieuwe-link/"}),
        (called_off, {"gegevens/", "nieuwe-link/"}),
        (offered, {"gegevens/", "collega/", "nieuwe-link/"}),
        (lapsed, {"plaats-terug/", "nieuwe-link/"}),
        (beside_them, {"gegevens/", "collega/", "nieuwe-link/"}),
    ],
)
def test_no_form_of_an_own_page_tells_who_is_on_a_date(dates, office, state, forms):
    their_date, other = dates
    answers = {}
    for who in (NOBODY,) if state is beside_them else (NOBODY, VICTIM):
        with undone():
            made = state(other, their_date, who, office)
            secrets = secrets_of(sign_up(their_date, VICTIM))
            for address, seen in outcomes(SignUp.objects.get(pk=made.pk), who, secrets).items():
                answers.setdefault(address, []).extend(seen)

    assert forms <= answers.keys()
    assert {address: told for address, seen in answers.items() if (told := not_in_all(seen))} == {}
