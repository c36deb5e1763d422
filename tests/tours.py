"""A tour of every page that a participant or buyer can come across, in one language."""

import datetime
import itertools

from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from core import errors
from courses.domain import buyers, cancellations, certificates, holds, payments, presence, swaps
from courses.gateways import pretend_bank
from courses.models import Refund, Roster, SignUp
from courses.reading import events, links
from home.models import ContactPage
from tests import factories, visitors

EMPLOYER = {
    "organisation": "GGZ Oost",
    "reference": "KP 4411",
    "street": "Plein 1",
    "postcode": "8011AB",
    "city": "Zwolle",
    "email": "finance@example.nl",
}
numbers = itertools.count(1)


class Institute:
    """A course with dates in every state, in both languages, visited in one of them."""

    def __init__(self, language):
        self.language, self.locale = language, factories.locale(language)
        factories.settings(
            institute_name="Runningtherapie.nl", evaluation_url="https://example.org/e/"
        )
        course = factories.course(
            title="Driedaagse cursus", slug="driedaags", audience="Artsen", buyer_may_pay=True
        )
        forms = [factories.form_page(course, kind) for kind in ("course", "alumni")]
        self.contact = factories.publish(
            factories.home().add_child(
                instance=ContactPage(title="Contact", slug="contact", thank_you="<p>OK.</p>")
            )
        )
        self.index = course.get_parent()
        self.dates = {name: self._date(course, **facts) for name, facts in self.states_of_dates()}
        factories.fill(self.dates["full"])
        self._translate(course, *forms)
        self.dates = {name: self.read(shown) for name, shown in self.dates.items()}
        Roster.objects.filter(pk=self.dates["called off"].roster.pk).update(state="called_off")
        self.event, self.client = self.dates["open"], Client()

    @staticmethod
    def states_of_dates():
        far = [factories.part(90, 91, label=""), factories.part(160, label="", open_to_alumni=True)]
        later = {"sign_up_opens": timezone.now() + datetime.timedelta(days=9)}
        yield "open", {}
        nowhere = [factories.part(60, 61, label=""), factories.part(150, label="", place="")]
        yield "part without a place", {"parts": nowhere}
        yield "other", {"parts": far}
        yield "full", {"capacity": 1}
        yield "not yet open", later
        yield "closed", {"sign_up_closes": timezone.now() - datetime.timedelta(days=1)}
        yield "called off", {}
        yield "begun", {"parts": [factories.part(-2, -1, label=""), factories.part(40, label="")]}

    @staticmethod
    def _date(course, **facts):
        parts = [factories.part(60, 61, label=""), factories.part(150, label="", open_to_alumni=1)]
        return factories.event(course, **{"parts": parts, "title": course.title} | facts)

    def _translate(self, course, *forms):
        if self.language == "nl":
            return
        titles = {self.index: "Courses", course: "Three-day course", self.contact: "Contact"}
        for page in (self.contact, self.index, course, *forms):
            english = page.copy_for_translation(self.locale, copy_parents=True)
            english.title = titles.get(page, "Sign up")
            if page in forms:
                english.consents = [("consent", {"text": "<p>Yes.</p>", "required": True})]
            factories.publish(english)
        for shown in self.dates.values():
            shown.page.copy_for_translation(self.locale, alias=True)

    def read(self, shown):
        """The event as it is now, in the language of the tour."""
        return events.of_roster(shown.roster, locale=self.locale)

    def person(self, name="open", *, kind="course", **facts):
        who = {"infix": "", "last_name": "Bos", "email": f"noor{next(numbers)}@example.nl"} | facts
        return factories.sign_up(
            self.read(self.dates[name]),
            factories.application(**who),
            kind=kind,
            language=self.language,
        )

    def get(self, path, **query):
        return self.client.get(path, query)

    def own(self, sign_up, name="status"):
        return links.status_path(sign_up, f"sign_up_{name}")


def form_pages(institute):
    url, client = institute.event.sign_up_url, institute.client
    good = visitors.filled_in(infix="", last_name="Bos")
    yield "form", client.get(url)
    yield "form, empty", visitors.send(client, url, {"shown_at": good["shown_at"]})
    yield (
        "form, wrong",
        visitors.send(
            client, url, good | {"email": "x", "phone": "1", "postcode": "1", "q_x": "1"}
        ),
    )
    work = {"buyer": "work", "organisation": "GGZ", "admission": "exception", "motivation": "Nurse"}
    yield "check", visitors.send(client, url, good)
    yield "check, work", visitors.send(client, url, good | work)
    yield "edit", visitors.send(client, url, good, "edit")
    yield "alumni", client.get(institute.event.alumni_sign_up_url)
    yield "dates", client.get(url.rsplit("/", 2)[0] + "/")
    for name in ("full", "not yet open", "closed", "called off", "begun"):
        form = institute.event.sign_up_pages["course"]
        yield f"form, {name}", client.get(form.url_for(institute.dates[name].code))


def status_pages(institute):
    """The status page in every state, and the pages below it."""
    office = factories.user()
    institute.person("part without a place")
    waits, review = institute.person(), institute.person(admission="exception", motivation="Nurse")
    for name in ("status", "contact", "substitute", "cancel", "withdraw", "employer", "new_link"):
        yield f"waits: {name}", institute.get(institute.own(waits, name))
    for name in ("contact", "substitute", "employer"):
        yield f"{name}, empty", institute.client.post(institute.own(waits, name), {})
    colleague = {
        "first_name": "Anna",
        "last_name": "Bos",
        "email": "anna@example.nl",
        "phone": "0612345678",
        "is_admitted": "on",
    }
    yield "colleague", institute.client.post(institute.own(waits, "substitute"), colleague)
    yield "note", institute.get(institute.own(waits), note="saved")
    yield "reviewed", institute.get(institute.own(review))
    payment = payments.start(waits)
    yield "bank", institute.client.get(payment.checkout_url)
    yield "paying", institute.get(institute.own(waits), waiting="1")
    for ends in ("failed", "cancelled", "expired"):
        payment.sign_up.payments.update(state=ends)
        yield f"unpaid, {ends}", institute.get(institute.own(waits), note="unpaid")
    other = institute.dates["other"].roster
    paid = payments.record(institute.person(swap_wishes=(other.pk,)), by=office)
    for name in ("status", "contact", "substitute", "cancel", "withdraw"):
        yield f"paid: {name}", institute.get(institute.own(paid, name))
    offer = swaps.offer(paid, other, by=office)
    yield "offer", institute.get(institute.own(paid))
    yield (
        "answer",
        institute.get(
            reverse("sign_up_swap", args=[links.token(paid), offer.pk]),
        ),
    )
    withdrawn = payments.record(institute.person(), by=office)
    cancellations.withdraw(withdrawn)
    yield "withdrawn", institute.get(institute.own(withdrawn))
    yield "lapsed", institute.get(institute.own(lapsed(institute)))
    gone = payments.start(institute.person())
    pretend_bank.decide(gone.reference, "paid")
    payments.sync(gone)
    gone = SignUp.objects.get(pk=gone.sign_up_id)
    cents = cancellations.quote(gone).back_cents
    cancellations.cancel_by_person(gone, expected_cents=cents)
    for state in Refund.State:
        Refund.objects.update(state=state, done_at=timezone.now())
        yield f"refund {state}", institute.get(institute.own(gone))
    alumna = institute.person(kind="alumni", admission="alumni")
    yield "alumna", institute.get(institute.own(alumna))


def lapsed(institute):
    sign_up = institute.person()
    holds.expire(now=sign_up.hold_until)
    return sign_up


def buyer_pages(institute):
    sign_up = institute.person()
    buyers.make_link(sign_up)
    page = links.buyer_path(SignUp.objects.get(pk=sign_up.pk).buyer)
    yield "shared", institute.get(institute.own(sign_up))
    yield "buyer", institute.get(page)
    yield "buyer, empty", institute.client.post(page, {})
    for note in ("changed", "later"):
        yield f"buyer, {note}", institute.get(page, note=note)
    payment = payments.start(sign_up, by_buyer=True)
    pretend_bank.decide(payment.reference, "failed")
    payments.sync(payment)
    yield "buyer, unpaid", institute.get(page, note="unpaid")
    institute.client.post(page, EMPLOYER | {"way": "invoice"})
    yield "buyer, invoice", institute.get(page)
    yield "invoice out", institute.get(institute.own(sign_up))
    payments.record(sign_up, by=factories.user())
    yield "buyer, paid", institute.get(page)


def certificate_pages(institute):
    sign_up = payments.record(institute.person(), by=factories.user())
    presence.record_days(sign_up, presence.expected_days(sign_up))
    certificate = certificates.issue(sign_up)
    yield "certificate", institute.get(reverse("certificate", args=[certificate.code]))
    yield "no certificate", institute.get(reverse("certificate", args=["RT-ZZZZ-ZZZZ"]))
    yield "certificates", institute.get(reverse("certificates"))
    yield "certificates, empty", institute.get(reverse("certificates"), code="")
    yield "has certificate", institute.get(institute.own(sign_up))


def other_pages(institute):
    lost, search = reverse("sign_up_lost"), reverse("search")
    yield "dates", institute.get(institute.event.course.url)
    yield "date", institute.get(institute.event.url)
    contact = institute.contact.localized.url
    yield "contact", institute.get(contact)
    yield "contact, empty", institute.client.post(contact, {})
    yield "contact, sent", institute.client.get(f"{contact}?verstuurd")
    yield "lost", institute.get(lost)
    yield "lost, empty", institute.client.post(lost, {})
    for note in ("sent", "handed-over", "replaced"):
        yield f"lost, {note}", institute.get(lost, note=note)
    yield "dead link", institute.get(reverse("sign_up_status", args=["x" * 43]))
    yield "search", institute.get(search)
    yield "nothing found", institute.get(search, q="xyzzy")
    yield "found", institute.get(search, q="Dalfsen")
    yield "not there", institute.get(f"{search}xyzzy/")
    strict = Client(enforce_csrf_checks=True)
    yield "no token", strict.post(lost, {"email": "noor@example.nl"})
    request = RequestFactory().get(lost)
    for answer in (errors.bad_request, errors.server_error, errors.unavailable):
        yield answer.__name__, answer(request)


def pages(institute):
    """Yield (name, response) of each page."""
    for tour in (form_pages, status_pages, buyer_pages, certificate_pages, other_pages):
        yield from tour(institute)
