"""What a visitor does in tests: open a form, fill it in, send it and read the answer."""

import time
import uuid
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.core import signing
from django.urls import resolve, reverse
from wagtail.models import Locale

from core.guards import SALT
from courses.models import CoursePage, SignUp, SignUpPage
from courses.reading import events

PERSON = {
    "first_name": "Lotte",
    "infix": "van der",
    "last_name": "Meer",
    "email": "lotte@example.nl",
    "phone": "06 12345678",
}
INVOICE = {
    "buyer": "private",
    "organisation": "",
    "reference": "",
    "street": "Dorpsstraat 1",
    "postcode": "1234ab",
    "city": "Dalfsen",
    "invoice_email": "",
}


def form_stamp(seconds_ago=60):
    """The signed `shown_at` of a form that was opened this many seconds ago."""
    return signing.dumps(int(time.time()) - seconds_ago, salt=SALT)


def filled_in(**changes):
    """Valid values for all fields of the course's form, except for `changes`."""
    return {
        **PERSON,
        "admission": "hbo",
        "motivation": "",
        **INVOICE,
        "remarks": "",
        "consent_0": "on",
        "leave_empty": "",
        "shown_at": form_stamp(),
        "idempotency_key": str(uuid.uuid4()),
        **changes,
    }


def filled_in_by_alumnus(**changes):
    alumnus = filled_in(**{"q_cursusjaar": "2011", "q_verklaring": "on"} | changes)
    return {
        name: value
        for name, value in alumnus.items()
        if name not in ("admission", "motivation", *INVOICE)
    }


def form_page(kind=SignUp.Kind.COURSE):
    return SignUpPage.objects.get(kind=kind, locale__language_code="nl")


def coming_event():
    return coming_events()[0]


def coming_events():
    return events.coming(locale=Locale.get_default(), course=CoursePage.objects.first())


def form_url(kind=SignUp.Kind.COURSE, event=None):
    return form_page(kind).url_for((event or coming_event()).code)


def send(client, url, data, step="check", **extra):
    return client.post(url, data | {"step": step}, **extra)


def sign_up(client, url=None, **changes):
    """Send the form and confirm it, as a browser would. Returns the answer to the confirmation."""
    url = url or form_url()
    checked = send(client, url, filled_in(**changes))
    assert checked.status_code == 200, error_texts(checked)
    return client.post(url, fields_of(last_form(checked)) | {"step": "confirm"})


def status_path(client, **changes):
    """Sign up and return the path of the status page."""
    response = sign_up(client, **changes)
    assert response.status_code == 302
    token = resolve(urlsplit(response["Location"]).path).kwargs["token"]
    return reverse("sign_up_status", args=[token])


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def last_form(response):
    """The form of the page itself, not the search form in its header."""
    return next(form for form in soup(response).select("main form[method=post]"))


def fields_of(form):
    """{name: [values]} that a browser would send of this form, without its buttons."""
    data = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type")
        if not name or kind in ("submit", "button", "file"):
            continue
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            value = chosen.get("value", chosen.text) if chosen else ""
        elif field.name == "textarea":
            value = field.text.removeprefix("\n")
        else:
            value = field.get("value", "on" if kind == "checkbox" else "")
        data.setdefault(name, []).append(value)
    return data


def summary_links(response):
    """[(href, text)] of the error summary above the form."""
    return [
        (link["href"], " ".join(link.get_text().split()))
        for link in soup(response).select("[role=alert] a")
    ]


def inline_errors(response):
    """{id of the error element: its text}, without the visually hidden prefix."""
    found = {}
    for box in soup(response).select("[id$=_error]"):
        for prefix in box.select(".visually-hidden"):
            prefix.decompose()
        found[box["id"]] = " ".join(box.get_text().split())
    return found


def error_texts(response):
    return [text for _href, text in summary_links(response)] or response.content[:400]
