"""A stranger who knows somebody's own words sends them with every public form of the site.

No answer may hold a link or data of that person, or tell that this person has signed up. The forms
are found by reading every page that anybody can open; a new form is therefore tested, too.
"""

import re
from dataclasses import dataclass, field, fields
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from wagtail.models import Page

from core import guards
from courses.domain import payments
from courses.models import SignUp, SignUpPage
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories, visitors
from tests.access import addresses, table

pytestmark = pytest.mark.anywhere


@dataclass(frozen=True)
class Person:
    """What a victim once filled in, and what a stranger may know of it."""

    first_name: str
    last_name: str
    email: str
    phone: str
    street: str
    city: str
    remarks: str
    infix: str = ""

    @property
    def name(self):
        return " ".join(filter(None, [self.first_name, self.infix, self.last_name]))

    @property
    def words(self):
        """{name of a field: what this person writes in it}."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        return own | {
            "name": self.name,
            "message": self.remarks,
            "postcode": "1234 AB",
            "motivation": self.remarks,
            "q": self.email,
            "code": self.name,
            "certificate_code": "",
            "login": self.email,
            "password": self.name,
        }


VICTIMS = (
    Person(
        "Lotte", "Meer", "lotte@example.nl", "06 12345678", "Duinweg 3", "Kanariedorp", "Per boot",
        infix="van der",
    ),
    Person("Sam", "Öztürk", "sam@example.nl", "06 87654321", "Laan 9", "Mussendorp", "Per trein"),
)  # fmt: skip
# The same name and address, but whatever else the form asks is made up.
HALF_KNOWN = [
    Person(
        who.first_name, who.last_name, who.email, "020 1234567", "Nergens 1", "Nergens", "Zomaar",
        infix=who.infix,
    )
    for who in VICTIMS
]  # fmt: skip
NOBODY = Person("Kees", "Bos", "kees@example.nl", "06 11112222", "Pad 1", "Merelstad", "Lopend")


@dataclass
class Asked:
    """A form that was sent: where, with which button, and the answers until there was no more."""

    path: str
    answers: list = field(default_factory=list)

    @property
    def outcome(self):
        """The statuses, where it led, and the words of the last page.

        A check page is left out: it repeats what was typed.
        """
        statuses = [answer.status_code for answer in self.answers]
        return statuses, _location(self.answers[-1]), _words(self.answers[-1])


@pytest.fixture
def victims(english_site, settings):
    """Their sign-ups, made with the form for the first date; one has paid."""
    signed_up = []
    for who in VICTIMS:
        done = visitors.sign_up(Client(), **_typed(who))
        assert done.status_code == 302
        signed_up.append(SignUp.objects.get(email=who.email))
    payments.record(signed_up[0], by=factories.user())
    return signed_up


def _typed(who):
    """What this person fills in on the form for the course."""
    names = ("first_name", "infix", "last_name", "email", "phone", "street", "city", "remarks")
    return {name: who.words[name] for name in names}


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


def forms_on(client, path):
    """[(method, address, fields)] of the forms on a page that anybody can open."""
    answer = client.get(path)
    if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
        return []
    return [
        (form.get("method", "get"), urljoin(path, form.get("action") or ""), form)
        for form in visitors.soup(answer).find_all("form")
    ]


def all_forms():
    """One of each: the same form stands on many pages."""
    found = {}
    for path in public_paths():
        for method, address, _form in forms_on(Client(), path):
            found.setdefault((method, urlsplit(address).path), path)
    return found


def send(path, form_address, who):
    """Fill in that form on that page as this person would, and press on until the end."""
    client = Client()
    asked = Asked(form_address)
    [(method, address, form), *_more] = [
        each for each in forms_on(client, path) if urlsplit(each[1]).path == form_address
    ]
    while form is not None:
        answer = getattr(client, method)(address, _filled_in(form, who))
        asked.answers.append(answer)
        form = _last_step(answer)
    if asked.answers[-1].status_code == 302:
        asked.answers.append(client.get(urljoin(address, asked.answers[-1]["Location"])))
    return asked


def _last_step(answer):
    """The form of a check page, or None."""
    if "html" not in answer.get("Content-Type", ""):
        return None
    button = visitors.soup(answer).select_one("main button[name=step][value=confirm]")
    return button and button.find_parent("form")


def _filled_in(form, who):
    values = visitors.fields_of(form)
    for element in form.find_all(["input", "textarea", "select"]):
        name, kind = element.get("name"), element.get("type")
        if name in who.words and kind != "hidden":
            values[name] = [who.words[name]]
        elif element.name == "select":
            values[name] = [element.find_all("option")[-1]["value"]]
        elif kind == "radio" and name and name not in values:
            values[name] = [element["value"]]
        elif kind == "checkbox" and name and name.startswith(("consent_", "q_")):
            values[name] = ["on"]
    button = form.select_one("button[name=step]:not([value=edit])")
    return values | ({"step": button["value"]} if button else {})


def _location(answer):
    return urlsplit(answer.get("Location", "")).path


def _words(answer):
    """The visible words of a page, but the codes that are drawn anew for each request."""
    if "html" not in answer.get("Content-Type", ""):
        return ""
    page = visitors.soup(answer)
    for hidden in page.select("script, style, input[type=hidden]"):
        hidden.decompose()
    typed = [value["value"] for value in page.select("input[value]")]
    return " ".join([*page.get_text(" ").split(), *typed])


def neutral(outcome, who):
    """The outcome with what this person typed taken out."""
    text = repr(outcome)
    for word in sorted(filter(None, who.words.values()), key=len, reverse=True):
        text = text.replace(repr(word)[1:-1], "…")
    return text


def secrets_of(sign_up):
    """Whatever opens something of this person."""
    found = [links.token(sign_up), sign_up.token_hash, str(sign_up.idempotency_key)]
    buyer = getattr(sign_up, "buyer", None)
    if buyer and buyer.token_hash:
        found.append(links.token(buyer))
    return found


def everything_in(answer):
    return f"{answer.headers}{answer.cookies}{answer.content.decode('utf-8', 'ignore')}"


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
        for who, typed in zip(VICTIMS, HALF_KNOWN, strict=True)
        for answer in by_person[typed].answers
        for word in (who.phone, who.street, who.city, who.remarks)
        if word in everything_in(answer)
    ]


def addresses_where_people_differ(answers, people):
    return [
        address
        for address, by_person in answers.items()
        if len({neutral(by_person[who].outcome, who) for who in people}) > 1
    ]
