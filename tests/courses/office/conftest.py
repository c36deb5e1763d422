import datetime
import itertools
from functools import partial

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from core.models import User
from courses.domain import admission, payments, sign_ups
from courses.models import CourseEventPage, CoursePage
from courses.reading import events
from tests.courses.office import prepared
from tests.loading import prepared as database
from tests.loading import wants_content_beside


@pytest.fixture(scope="module")
def prepared_course(request, django_db_setup, django_db_blocker):
    """Whether the tests of this module begin with a course: not beside the loaded content."""
    if wants_content_beside(request.node, "course"):
        yield False
        return
    with database("office_course", django_db_blocker):
        yield True


@pytest.fixture(scope="module")
def prepared_date(prepared_course, django_db_blocker):
    """Whether they begin with a date of it, too."""
    if not prepared_course:
        yield False
        return
    with database("office_event", django_db_blocker):
        yield True


@pytest.fixture
def course(prepared_course, request, db):
    if prepared_course:
        return CoursePage.objects.get()
    return prepared.make_course(request.getfixturevalue("site_tree"))


@pytest.fixture
def make_event(course):
    return partial(prepared.make_event, course)


@pytest.fixture
def event(prepared_date, make_event):
    if prepared_date:
        return events.of_page(CourseEventPage.objects.earliest("pk"))
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
        """A browser in which a user of these groups has logged in; of None: nobody has."""
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
    """The browser of a user with all groups but those for texts and settings."""
    return make_client("Bureau", "Cursussen", "Geld")


@pytest.fixture
def final(event, make_sign_up):
    """A function that signs up a person with a final place."""

    def make(first_name, last_name, *, organisation="", **facts):
        buyer = sign_ups.Buyer("Bosweg 12", "7721 AB", "Dalfsen", organisation=organisation)
        signed_up = make_sign_up(first_name, last_name, event, buyer=buyer, **facts)
        if signed_up.price_cents:
            return payments.record(signed_up, by=None)
        return admission.admit(signed_up, by=None, price_cents=0)

    return make


@pytest.fixture
def begun(event):
    """Moves the first two days of the course to the past, and returns them."""
    page = CourseEventPage.objects.get(pk=event.facts.pk)
    first, last = page.parts.all()
    first.first_day = timezone.localdate() - datetime.timedelta(days=7)
    first.last_day = timezone.localdate() - datetime.timedelta(days=6)
    page.parts = [first, last]
    page.save_revision().publish()
    return [first.first_day, first.last_day]
