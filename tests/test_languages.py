"""Guards over the words: each page of a sign-up, each mail and each paper speaks one language.

The pages that staff write are looked at in `test_pages.py` and `test_english.py`.
"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real
from icalendar import Calendar

from courses import mails
from courses.documents import brochures, calendar
from courses.documents.certificates import _certificate_words
from courses.documents.invoices import _invoice_words
from courses.domain import cancellations, certificates, invoices, notices, payments, presence
from courses.gateways import pretend_bank
from courses.mails import samples
from courses.mails.kinds import KINDS
from courses.models import SignUp
from courses.views.status import NOTES
from mail.models import OutgoingMail
from tests import factories, tours, visitors
from tests.languages import strangers, strangers_in

pytestmark = pytest.mark.anywhere


@pytest.fixture(params=["nl", "en"])
def institute(request, db):
    with translation.override(request.param):
        yield tours.Institute(request.param)


@pytest.fixture
def named(db):
    return factories.settings(institute_name="Runningtherapie.nl")


def test_every_page_speaks_one_language(institute):
    wrong, other = {}, []
    for name, response in tours.of(institute):
        other += [name] * (f'<html lang="{institute.language}"' not in response.text)
        if found := strangers_in(response.text, institute.language):
            wrong[name] = found

    assert wrong == {}
    assert other == []
    assert wrong_mails() == {}


def wrong_mails():
    """{kind: strange words} of what was written; those to the office are in Dutch."""
    wrong = {}
    for mail in OutgoingMail.objects.all():
        texts = f"{mail.subject}\n{mail.body_text}"
        found = strangers(texts, mail.language) or strangers_in(mail.body_html, mail.language)
        if found:
            wrong[mail.kind] = found
    return wrong


def test_every_mail_and_paper_speaks_one_language(institute):
    taken = payments.record(institute.person(), by=factories.user())
    write_every_mail(taken, institute)
    presence.record_days(taken, presence.expected_days(taken))
    said = {
        **{f"note {name}": str(text) for name, (_tone, text) in NOTES.items()},
        **{name: values_of(paper) for name, paper in papers_of(taken, institute.event).items()},
        "own calendar": read(institute.get(institute.own(taken, "calendar")).content),
        "calendar": read(institute.get(f"{institute.index.localized.url}agenda.ics").content),
        "cancelled": read(calendar.cancelled(taken, institute.event)[1]),
    }

    assert wrong_mails() == {}
    found = {name: strangers(text, institute.language) for name, text in said.items()}
    assert {name: words for name, words in found.items() if words} == {}


def write_every_mail(sign_up, institute):
    example = samples.example_values(institute.language)
    for key, (_label, *names) in KINDS.items():
        if not key.startswith("office_"):
            extra = {name: example[name] for name in names}
            mails.send(key, sign_up, institute.event, key=key, **extra)


def papers_of(sign_up, event):
    """{kind: the words on it}"""
    invoice, certificate = invoices.standing(sign_up), certificates.issue(sign_up)
    note = invoices.credit(invoice, 1000)
    return {
        "invoice": _invoice_words(invoice.facts),
        "credit note": _invoice_words(note.facts),
        "certificate": _certificate_words(certificate.facts),
        "brochure": brochures._brochure_words(brochures.brochure_facts(event)),
    }


def values_of(words):
    """Every text in nested facts. What is drawn is no text, nor what names a kind."""
    if isinstance(words, str):
        return words
    if isinstance(words, dict):
        return "\n".join(values_of(v) for k, v in words.items() if k not in ("qr", "kind"))
    return "\n".join(map(values_of, words)) if isinstance(words, list | tuple) else ""


def read(content):
    """What somebody reads of a calendar."""
    found = Calendar.from_ical(content)
    names = ("summary", "description", "location")
    return "\n".join([found["x-wr-calname"], *(e[n] for e in found.events for n in names)])


# One person, one language


def test_a_sign_up_on_the_english_page_stays_english(db):
    """Whatever language the worker, the bank's message or the office has at that moment."""
    institute = tours.Institute("en")
    here = visitors.status_path(
        Client(), url=institute.event.sign_up_url, infix="", last_name="Bos"
    )
    with translation.override("nl"):
        taken = SignUp.objects.latest("pk")
        payment = payments.start(taken)
        pretend_bank.decide(payment.reference, "paid")
        payments.sync(payment)
        presence.record_days(taken, presence.expected_days(taken))
        certificates.issue(SignUp.objects.get(pk=taken.pk), by=factories.user())
        notices.mail_documents()
        cancellations.cancel(taken, by=factories.user(), back_cents=100)
    written = OutgoingMail.objects.filter(object_id=taken.pk).order_by("pk")
    to_person = [mail for mail in written if not mail.kind.startswith("office_")]
    papers_made = [*taken.invoices.all(), taken.certificate]

    assert here.startswith("/en/sign-up/")
    assert taken.event_title.startswith("Three-day course")
    assert payment.checkout_url
    assert {mail.language for mail in to_person} == {"en"}
    assert {"received", "confirmed", "buyer_invoice", "certificate", "cancelled"} <= {
        mail.kind for mail in to_person
    }
    assert {mail.language for mail in written.filter(kind__startswith="office_")} == {"nl"}
    assert {paper.language for paper in papers_made} == {"en"}
    for mail in to_person:
        for file in mail.attachments.filter(mimetype__startswith="text/calendar"):
            assert strangers(read(bytes(file.content)), "en") == []
    assert wrong_mails() == {}


# The guard itself


@pytest.fixture
def without(monkeypatch):
    """Takes an entry out of the Dutch catalogue."""

    def forget(msgid):
        for catalogue in trans_real.translation("nl")._catalog._catalogs:
            monkeypatch.delitem(catalogue, msgid, raising=False)

    return forget


def test_it_sees_that_a_translation_is_gone(client, named, without):
    def found():
        return strangers_in(client.get(reverse("certificates")).text, "nl")

    assert found() == {}
    without("Code of the certificate")
    assert list(found()) == ["Code of the certificate"]


def test_it_sees_dutch_on_an_english_page(client, named):
    factories.settings(institute_name="Het instituut")
    found = strangers_in(client.get("/en/certificate/").text, "en")

    assert {"het", "instituut"} == {word for words in found.values() for word in words}


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Your place is held until 12:00.", "en", []),
        ("Uw plaats is vastgelegd.", "en", ["plaats", "uw", "vastgelegd"]),
        ("Pay with iDEAL | Wero, RT18032027", "en", []),
        ("Certificaat RT-7US4-YOUR", "nl", []),
        ("Simon van Woerkom in De Kroonsteen, Dalfsen", "en", []),
        ("Inschrijving", "en", ["inschrijving"]),
        ("Sign-up", "nl", ["sign-up"]),
        ("Vul dit veld in, please", "nl", ["please"]),
        ("mail van noor@example.nl via https://example.nl/de/het/een/", "nl", []),
    ],
)
def test_it_knows_the_words_of_each_language(text, language, words):
    assert strangers(text, language) == words


def test_what_says_that_it_is_in_another_language_may_be():
    page = '<html lang="en"><p>A quote: <q lang="nl">Wat een cursus.</q></p>'

    assert strangers_in(page, "en") == {}
    assert list(strangers_in(page.replace(' lang="nl"', ""), "en").values()) == [
        ["cursus", "een", "wat"]
    ]
