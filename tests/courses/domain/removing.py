"""Helpers for tests of removing personal data."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.domain import (
    certificates,
    payments,
    people,
    presence,
    subjects,
)
from courses.models import (
    Answer,
    Roster,
    RosterMessage,
    SignUp,
    Upload,
)
from home.mails import contact_message
from mail.models import OutgoingMail
from tests import factories

# These occur nowhere else in the database, in files or in the cache.
NAME = "Zwaluwstaart"


MAIL = "kanarie@vogel.example"


PHONE = "0699887766"


FILE = b"kanariefile"


CANARIES = (NAME, "kanarie", PHONE, "Kanariestraat", "kanariewens")


COLLEAGUE = people.Person("Sanne", "Bos", "sanne@example.nl", "06 87654321")


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def somebody(event, office, **facts):
    """A participant with data in every place where there can be any."""
    home = factories.buyer(street="Kanariestraat 1", email=f"boekhouding.{MAIL}")
    given = {"last_name": NAME, "email": MAIL, "phone": PHONE, "remarks": "kanariewens"}
    given |= {"motivation": "kanariewens", "buyer": home, "consents": (("Ja", True),)} | facts
    taken = factories.sign_up(event, factories.application(**given))
    upload = Upload(name="kanarie.pdf", content_type="application/pdf", size=len(FILE))
    upload.file.save("uploads/kanarie.pdf", ContentFile(FILE))
    Answer.objects.create(sign_up=taken, key="k", question="Wat?", value=NAME, upload=upload)
    paid = payments.record(taken, by=office)
    presence.record_days(paid, {event.first_day})
    certificates.issue(paid, by=office)
    SignUp.objects.filter(pk=paid.pk).update(office_note="kanariewens")
    paid.changes.update(reason="kanariewens")
    ModelLogEntry.objects.log_action(paid, "wagtail.edit", user=office)
    for mail in OutgoingMail.objects.filter(to=MAIL):
        ModelLogEntry.objects.log_action(mail, "mail.send_again", user=office)
    RosterMessage.objects.create(roster=paid.roster, body="kanariewens", sent_to=[paid.pk])
    RosterMessage.objects.create(roster=paid.roster, body="kanariewens", people=[paid.pk])
    contact_message(name=NAME, email=MAIL, message="kanariewens")
    return again(paid)


def end_course(event):
    """End the course, so that nobody needs its data any more."""
    last_day = timezone.localdate() - timedelta(days=1)
    Roster.objects.filter(pk=event.roster.pk).update(last_day=last_day)


def dump():
    """The whole database as text; bytes are in hexadecimal."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return "\n".join(connection.connection.iterdump())
        lines = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            lines += [row[0] for row in cursor.fetchall()]
        return "\n".join(lines)


def found_in(text):
    hexed = {word: word.encode().hex() for word in CANARIES}
    text = text.casefold()
    return [word for word, code in hexed.items() if word.casefold() in text or code in text]


def subject_of(sign_up):
    return subjects.find_subject(sign_up.email, [sign_up.pk])
