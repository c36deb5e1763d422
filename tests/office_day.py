"""An ordinary day in the office, for browser tests and the pictures of the staff guide.

    from tests.office_day import prepare; prepare()

in the shell of a site with the first content adds participants to its coming dates, a course that
began yesterday, an exception to decide on, a bounced mail and so on, all through the domain.
"""

import datetime
import json

import time_machine
from django.utils import timezone
from wagtail.models import Locale

from core.models import User
from courses.domain import payments
from courses.models import CourseEventPage, CoursePage, SignUp
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories

STAFF = "anna"
PASSWORD = "een-lang-wachtwoord-voor-de-proef"
NAMES = [
    ("Sanne", "de", "Vries", "Fysiotherapie De Brink"),
    ("Łukasz", "", "Nowak", ""),
    ("Fatima", "el", "Amrani", "GGZ Overijssel"),
    ("Pieter", "van der", "Meer", ""),
    ("Noor", "", "Öztürk", "Praktijk Loopkracht"),
    ("Daan", "", "Bakker", ""),
    ("Marieke", "van 't", "Hof", "Revalidatiecentrum Zwolle"),
    ("Thomas", "", "Jansen", ""),
    ("Nguyễn", "", "Anh", ""),
    ("Ilse", "ter", "Horst", "Huisartsenpost Ommen"),
    ("Ruben", "", "Smit", ""),
    ("Charlotte", "de", "Wit", ""),
    ("Joost", "", "Mulder", "Sportmedisch Centrum"),
    ("Aïsha", "", "Benali", ""),
]


def prepare():
    """Fill the site and print {name: id or code} as JSON for the tests."""
    staff = _staff()
    coming = events.coming(locale=Locale.get_default())
    near, far = coming[0], coming[1]
    paid = [_sign_up(near, number) for number in range(8)]
    for person in paid:
        payments.record(person, by=staff)
    waiting = _sign_up(near, 8)
    judged = _sign_up(
        near,
        9,
        admission=SignUp.Admission.EXCEPTION,
        motivation="Ik werk sinds 2009 als sportinstructeur in de verslavingszorg en begeleid daar"
        " tweemaal per week een loopgroep. Ik heb geen hbo-diploma, wel een EVC-traject afgerond.",
    )
    mover = _sign_up(far, 10)
    payments.record(mover, by=staff)
    begun = _begun_yesterday(staff)
    _bounce(paid[3])
    found = {
        "username": STAFF,
        "password": PASSWORD,
        "near": near.roster.pk,
        "near_code": near.code,
        "near_page": near.facts.pk,
        "far": far.roster.pk,
        "far_code": far.code,
        "begun": begun.roster.pk,
        "begun_code": begun.code,
        "judged": judged.pk,
        "waiting": waiting.pk,
        "paid": paid[0].pk,
        "mover": mover.pk,
        "course": near.course.pk,
    }
    print(json.dumps(found))


def _bounce(sign_up):
    """Let the confirmation bounce, as the mail provider reports it."""
    mail = OutgoingMail.objects.get(object_id=sign_up.pk, kind="confirmed")
    OutgoingMail.objects.filter(pk=mail.pk).update(delivery=OutgoingMail.Delivery.BOUNCED)
    mail.events.create(event=OutgoingMail.Delivery.BOUNCED, detail="mailbox does not exist")


def _staff():
    user, _created = User.objects.get_or_create(
        username=STAFF, defaults={"first_name": "Anna", "email": "anna@example.nl"}
    )
    user.is_staff = user.is_superuser = True
    user.set_password(PASSWORD)
    user.save()
    return user


def _sign_up(event, number, **facts):
    first_name, infix, last_name, organisation = NAMES[number]
    buyer = factories.buyer(organisation=organisation) if organisation else None
    person = factories.application(
        first_name=first_name,
        infix=infix,
        last_name=last_name,
        email=f"deelnemer{number}@example.nl",
        for_work=bool(organisation),
        buyer=buyer,
        **facts,
    )
    return factories.sign_up(event, person)


def _begun_yesterday(staff):
    """A course with days yesterday and today, created and filled a month ago."""
    course = CoursePage.objects.filter(locale=Locale.get_default()).first()
    with time_machine.travel(timezone.now() - datetime.timedelta(days=30)):
        page = factories.event_page(
            course,
            title="Driedaagse cursus runningtherapie Zwolle",
            parts=[
                factories.part(29, 30, label="", place="Zwolle", venue="Park de Wezenlanden"),
                factories.part(130, label="", place="Zwolle", open_to_alumni=True),
            ],
        )
        event = events.of_page(factories.publish(page))
        for number in range(3, 11):
            payments.record(_sign_up(event, number), by=staff)
    return events.of_page(CourseEventPage.objects.get(pk=event.page.pk))
