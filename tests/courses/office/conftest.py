import datetime
import itertools

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from core.models import User
from courses.domain import admission, payments, sign_ups
from courses.models import (
    CourseEventPage,
    CourseEventPart,
    CourseIndexPage,
    CoursePage,
)
from courses.reading import events

FIRST_DAY = timezone.localdate() + datetime.timedelta(days=60)


@pytest.fixture
def course(site_tree):
    index = CourseIndexPage(title="Cursusdata", slug="cursus")
    site_tree.add_child(instance=index)
    index.save_revision().publish()
    course = CoursePage(
        title="Runningtherapie",
        slug="runningtherapie",
        audience="Zorgprofessionals",
        price_cents=119500,
    )
    index.add_child(instance=course)
    course.save_revision().publish()
    return course


@pytest.fixture
def make_event(course):
    def make(title="Cursus Dalfsen", first_day=FIRST_DAY, **fields):
        page = CourseEventPage(title=title, slug="nieuw", live=False, **fields)
        page.parts = [
            CourseEventPart(
                sort_order=0,
                label="Cursusdagen",
                first_day=first_day,
                last_day=first_day + datetime.timedelta(days=1),
                place="Dalfsen",
            ),
            CourseEventPart(
                sort_order=1,
                label="Terugkomdag",
                first_day=first_day + datetime.timedelta(days=100),
                last_day=first_day + datetime.timedelta(days=100),
                place="Dalfsen",
                open_to_alumni=True,
            ),
        ]
        course.add_child(instance=page)
        page.save_revision().publish()
        return events.of_page(CourseEventPage.objects.get(pk=page.pk))

    return make


@pytest.fixture
def event(make_event):
    return make_event()


@pytest.fixture
def make_sign_up(event):
    numbers = itertools.count(1)

    def make(first_name="Noor", last_name="Öztürk", event=event, kind="course", **fields):
        number = next(numbers)
        application = sign_ups.Application(
            first_name=first_name,
            last_name=last_name,
            email=fields.pop("email", f"persoon{number}@example.nl"),
            phone=fields.pop("phone", "06 12345678"),
            admission=fields.pop("admission", "hbo"),
            **fields,
        )
        return sign_ups.sign_up(
            event=event,
            application=application,
            agreement=sign_ups.Agreement(kind=kind, language="nl", terms_version="v1"),
        )

    return make


@pytest.fixture
def make_client(db):
    def make(*roles):
        """A browser in which somebody of these groups has logged in; None: nobody has."""
        client = Client()
        if roles != (None,):
            name = "-".join(roles).lower().replace(" ", "-")
            user = User.objects.create_user(username=name, email=f"{name}@example.nl")
            if roles == ("superuser",):
                user.is_superuser = True
                user.save()
            elif roles != ("no group",):
                user.groups.set(Group.objects.filter(name__in=roles))
                assert user.groups.count() == len(roles)
            client.force_login(user)
            client.user = user
        return client

    return make


@pytest.fixture
def office(make_client):
    """The one who does everything but the texts and the settings, as in a small institute."""
    return make_client("Bureau", "Cursussen", "Geld")


@pytest.fixture
def final(event, make_sign_up):
    """Signs somebody up whose place is final."""

    def make(first_name, last_name, *, organisation="", **facts):
        buyer = sign_ups.Buyer("Bosweg 12", "7721 AB", "Dalfsen", organisation=organisation)
        signed_up = make_sign_up(first_name, last_name, event, buyer=buyer, **facts)
        if signed_up.price_cents:
            return payments.record(signed_up, by=None)
        return admission.admit(signed_up, by=None, price_cents=0)

    return make


@pytest.fixture
def begun(event):
    """The course has begun: its first two days, which are given, are over."""
    page = CourseEventPage.objects.get(pk=event.facts.pk)
    first, last = page.parts.all()
    first.first_day = timezone.localdate() - datetime.timedelta(days=7)
    first.last_day = timezone.localdate() - datetime.timedelta(days=6)
    page.parts = [first, last]
    page.save_revision().publish()
    return [first.first_day, first.last_day]
