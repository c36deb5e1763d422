"""People whose words a stranger knows, and what a stranger does with a form."""

from dataclasses import dataclass, field, fields
from urllib.parse import urljoin, urlsplit

from django.test import Client

from courses.reading import links
from tests import visitors


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


def typed(who):
    """What this person fills in on the form for the course."""
    names = ("first_name", "infix", "last_name", "email", "phone", "street", "city", "remarks")
    return {name: who.words[name] for name in names}


def forms_on(client, path):
    """[(method, address, form)] of the forms on a page that anybody can open."""
    return forms_in(client.get(path), path)


def forms_in(answer, path):
    """[(method, address, form)] of the forms in an answer; [] if it is no page."""
    if not is_page(answer):
        return []
    return [
        (form.get("method", "get"), urljoin(path, form.get("action") or ""), form)
        for form in visitors.soup(answer).find_all("form")
    ]


def paths_in(answer, path):
    """The paths to which the links in an answer lead."""
    found = visitors.soup(answer).select("a[href]") if is_page(answer) else []
    return sorted({urlsplit(urljoin(path, link["href"])).path for link in found})


def is_page(answer):
    """Whether it is a page of the site."""
    return answer.status_code == 200 and "html" in answer.get("Content-Type", "")


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


def neutral(outcome, *people):
    """The outcome with what these people typed taken out."""
    text = repr(outcome)
    typed = {word for who in people for word in who.words.values() if word}
    typed |= {who.phone.replace(" ", "")[-8:] for who in people}  # as the site writes it
    for word in sorted(typed, key=len, reverse=True):
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
