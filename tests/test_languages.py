"""Every page of a sign-up, every mail and every document is in one language.

`test_pages.py` and `test_english.py` check the pages that staff write.
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
from tests.languages import foreign_words, foreign_words_by_text

pytestmark = pytest.mark.anywhere


@pytest.fixture(params=["nl", "en"])
def institute(request, db):
    with translation.override(request.param):
        yield tours.Institute(request.param)


@pytest.fixture
def named(db):
    return factories.settings(institute_name="Runningtherapie.nl")


def test_every_page_is_in_one_language(institute):
    wrong, other = {}, []
    for name, response in tours.pages(institute):
        other += [name] * (f'<html lang="{institute.language}"' not in response.text)
        if found := foreign_words_by_text(response.text, institute.language):
            wrong[name] = found

    assert wrong == {}
    assert other == []
    assert wrong_mails() == {}


def wrong_mails():
    """{kind of mail: its foreign words} of all mails. Mails to the office are in Dutch."""
    wrong = {}
    for mail in OutgoingMail.objects.all():
        texts = f"{mail.subject}\n{mail.body_text}"
        found = foreign_words(texts, mail.language) or foreign_words_by_text(
            mail.body_html, mail.language
        )
        if found:
            wrong[mail.kind] = found
    return wrong


def test_every_mail_and_document_is_in_one_language(institute):
    sign_up = payments.record(institute.person(), by=factories.user())
    write_every_mail(sign_up, institute)
    presence.record_days(sign_up, presence.expected_days(sign_up))
    said = {
        **{f"note {name}": str(text) for name, (_tone, text) in NOTES.items()},
        **{
            name: texts_in(words)
            for name, words in words_of_documents(sign_up, institute.event).items()
        },
        "own calendar": calendar_texts(institute.get(institute.own(sign_up, "calendar")).content),
        "calendar": calendar_texts(
            institute.get(f"{institute.index.localized.url}agenda.ics").content
        ),
        "cancelled": calendar_texts(calendar.cancelled(sign_up, institute.event)[1]),
    }

    assert wrong_mails() == {}
    found = {name: foreign_words(text, institute.language) for name, text in said.items()}
    assert {name: words for name, words in found.items() if words} == {}


def write_every_mail(sign_up, institute):
    example = samples.example_values(institute.language)
    for key, (_label, *names) in KINDS.items():
        if not key.startswith("office_"):
            extra = {name: example[name] for name in names}
            mails.send(key, sign_up, institute.event, key=key, **extra)


def words_of_documents(sign_up, event):
    """{kind of document: the texts on it}"""
    invoice, certificate = invoices.standing(sign_up), certificates.issue(sign_up)
    note = invoices.credit(invoice, 1000)
    return {
        "invoice": _invoice_words(invoice.facts),
        "credit note": _invoice_words(note.facts),
        "certificate": _certificate_words(certificate.facts),
        "brochure": brochures._brochure_words(brochures.brochure_facts(event)),
    }


def texts_in(words):
    """All texts in nested facts, one a line, without QR codes and names of kinds."""
    if isinstance(words, str):
        return words
    if isinstance(words, dict):
        return "\n".join(texts_in(v) for k, v in words.items() if k not in ("qr", "kind"))
    return "\n".join(map(texts_in, words)) if isinstance(words, list | tuple) else ""


def calendar_texts(content):
    """The texts that a reader of a calendar file sees."""
    found = Calendar.from_ical(content)
    names = ("summary", "description", "location")
    return "\n".join(e[n] for e in found.events for n in names)


# --- The language of a participant ---


def test_a_sign_up_on_the_english_page_stays_in_english(db):
    """So do its mails and documents, whatever the language of worker, webhook or office."""
    institute = tours.Institute("en")
    here = visitors.status_path(
        Client(), url=institute.event.sign_up_url, infix="", last_name="Bos"
    )
    with translation.override("nl"):
        sign_up = SignUp.objects.latest("pk")
        payment = payments.start(sign_up)
        pretend_bank.decide(payment.reference, "paid")
        payments.sync(payment)
        presence.record_days(sign_up, presence.expected_days(sign_up))
        certificates.issue(SignUp.objects.get(pk=sign_up.pk), by=factories.user())
        notices.mail_documents()
        cancellations.cancel(sign_up, by=factories.user(), back_cents=100)
    written = OutgoingMail.objects.filter(object_id=sign_up.pk).order_by("pk")
    to_person = [mail for mail in written if not mail.kind.startswith("office_")]
    documents = [*sign_up.invoices.all(), sign_up.certificate]

    assert here.startswith("/en/sign-up/")
    assert sign_up.event_title.startswith("Three-day course")
    assert payment.checkout_url
    assert {mail.language for mail in to_person} == {"en"}
    assert {"received", "confirmed", "buyer_invoice", "certificate", "cancelled"} <= {
        mail.kind for mail in to_person
    }
    assert {mail.language for mail in written.filter(kind__startswith="office_")} == {"nl"}
    assert {document.language for document in documents} == {"en"}
    for mail in to_person:
        for file in mail.attachments.filter(mimetype__startswith="text/calendar"):
            assert foreign_words(calendar_texts(bytes(file.content)), "en") == []
    assert wrong_mails() == {}


# --- The checker of languages ---


@pytest.fixture
def forget_translation(monkeypatch):
    """A function that takes an entry out of the Dutch catalogue."""

    def remove(msgid):
        for catalogue in trans_real.translation("nl")._catalog._catalogs:
            monkeypatch.delitem(catalogue, msgid, raising=False)

    return remove


def test_a_missing_translation_is_found(client, named, forget_translation):
    def found():
        return foreign_words_by_text(client.get(reverse("certificates")).text, "nl")

    assert found() == {}
    forget_translation("Code of the certificate")
    assert list(found()) == ["Code of the certificate"]


def test_dutch_on_an_english_page_is_found(client, named):
    factories.settings(institute_name="Het instituut")
    found = foreign_words_by_text(client.get("/en/certificate/").text, "en")

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
def test_the_words_of_each_language_are_known(text, language, words):
    assert foreign_words(text, language) == words


def test_text_marked_as_another_language_is_skipped():
    page = '<html lang="en"><p>A quote: <q lang="nl">Wat een cursus.</q></p>'

    assert foreign_words_by_text(page, "en") == {}
    assert list(foreign_words_by_text(page.replace(' lang="nl"', ""), "en").values()) == [
        ["cursus", "een", "wat"]
    ]
