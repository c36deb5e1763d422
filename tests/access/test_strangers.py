"""A stranger who knows somebody's own words sends them with every public form of the site.

No answer may hold a link or data of that person, or tell that this person has signed up. The forms
are found by reading every page that anybody can open; a new form is therefore tested, too.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from wagtail.models import Page

from core import guards
from courses.domain import payments
from courses.models import SignUp, SignUpPage
from mail.models import OutgoingMail
from tests import factories, visitors
from tests.access import addresses, table
from tests.access.strangers import (
    HALF_KNOWN,
    NOBODY,
    VICTIMS,
    everything_in,
    forms_on,
    neutral,
    secrets_of,
    send,
    typed,
)

pytestmark = pytest.mark.anywhere


@pytest.fixture
def victims(english_site, settings):
    """Their sign-ups, made with the form for the first date; one has paid."""
    signed_up = []
    for who in VICTIMS:
        done = visitors.sign_up(Client(), **typed(who))
        assert done.status_code == 302
        signed_up.append(SignUp.objects.get(email=who.email))
    payments.record(signed_up[0], by=factories.user())
    return signed_up


def public_paths():
    """Every page, every form for a date, and every other address that needs no argument."""
    paths = {page.url for page in Page.objects.live().filter(depth__gt=1)} - {None}
    for page in SignUpPage.objects.live():
        paths |= {page.url_for(event.code) for event in visitors.coming_events()[:2]}
    for address in addresses.site_addresses():
        if table.ADDRESSES.get(address.name) != table.PUBLIC or address.arguments:
            continue
        for language in ("nl", "en"):
            try:
                with translation.override(language):
                    paths.add(reverse(address.name))
            except NoReverseMatch:
                paths.add(f"/{address.route}")
    return sorted(urlsplit(path).path for path in paths if "^" not in path)


def all_forms():
    """One of each: the same form stands on many pages."""
    found = {}
    for path in public_paths():
        for method, address, _form in forms_on(Client(), path):
            found.setdefault((method, urlsplit(address).path), path)
    return found


@pytest.fixture
def first_date(victims):
    """The addresses of the forms for the date on which the victims are."""
    code = victims[0].roster.code.lower()
    return {f"{urlsplit(page.url).path}{code}/" for page in SignUpPage.objects.all()}


@pytest.fixture
def answers(victims, monkeypatch):
    """{address of a form: {person: what the form answered to a stranger with their words}}."""
    monkeypatch.setattr(guards, "SECONDS_TO_READ", 0)
    return {
        address: {who: send(page, address, who) for who in (*VICTIMS, *HALF_KNOWN, NOBODY)}
        for (_method, address), page in all_forms().items()
    }


def test_no_form_tells_a_stranger_anything(answers, first_date, victims):
    found = answers.keys()
    assert first_date < found
    assert found >= {"/contact/", "/en/contact/", "/inschrijving/", "/en/sign-up/"}
    assert found >= {"/zoeken/", "/en/search/", "/certificaat/", "/en/certificate/"}
    assert found >= {reverse("account_login"), reverse("account_reset_password")}

    assert links_in(answers, victims) == []
    assert words_in(answers) == []
    known = {address: answers[address] for address in first_date}
    assert addresses_where_people_differ(known, (*VICTIMS, *HALF_KNOWN)) == []
    # Who is new on a date signs up and pays at once: see docs/decisions/0016-strangers.md. What a
    # search finds depends on its words, and is on pages that everybody sees.
    others = {
        address: answers[address]
        for address in found - {"/zoeken/", "/en/search/"}
        if not is_for_date(address)
    }
    assert addresses_where_people_differ(others, (VICTIMS[0], HALF_KNOWN[0], NOBODY)) == []

    for address in first_date:
        for who in (*VICTIMS, *HALF_KNOWN):
            checked, answered = answers[address][who].answers
            heading = visitors.soup(answered).h1.get_text(strip=True)
            assert [checked.status_code, answered.status_code] == [200, 200]
            assert heading in ("Kijk in uw mail", "Look in your mail")
    mails = OutgoingMail.objects.filter(
        kind="signed_up_already", object_id__in=[sign_up.pk for sign_up in victims]
    )
    mailed = mails.values_list("to", flat=True)
    assert sorted(mailed) == sorted(who.email for who in VICTIMS)


def is_for_date(address):
    return re.search(r"/rt\d+/$", address)


def links_in(answers, victims):
    """[(address, link)] of what opens something of a victim."""
    secrets = [secret for sign_up in victims for secret in secrets_of(sign_up)]
    return [
        (address, secret)
        for address, by_person in answers.items()
        for asked in by_person.values()
        for answer in asked.answers
        for secret in secrets
        if secret in everything_in(answer)
    ]


def words_in(answers):
    """[(address, word)] of what the victim wrote and the stranger did not."""
    return [
        (address, word)
        for address, by_person in answers.items()
        for who, half in zip(VICTIMS, HALF_KNOWN, strict=True)
        for answer in by_person[half].answers
        for word in (who.phone, who.street, who.city, who.remarks)
        if word in everything_in(answer)
    ]


def addresses_where_people_differ(answers, people):
    return [
        address
        for address, by_person in answers.items()
        if len({neutral(by_person[who].outcome, who) for who in people}) > 1
    ]
