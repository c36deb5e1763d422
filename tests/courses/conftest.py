import pytest
from django.conf import settings as configured
from django.db import connection

from courses.models import CourseEventPage, SignUp
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories
from tests.load import servers
from tests.loading import kept_for_the_module, uses_content

NAME_BEFORE_THE_TESTS = configured.DATABASES["default"]["NAME"]


@pytest.fixture
def institute(db):
    """The settings of an institute whose office gets notices."""
    return factories.settings()


@pytest.fixture(scope="module")
def shared_event(request, django_db_setup, django_db_blocker):
    """A published date, made once for all tests of a module; not beside the loaded content."""
    if uses_content(request.node):
        yield None
        return
    with kept_for_the_module(django_db_blocker) as done:
        factories.settings()
        made = factories.event().page.pk
        done()
        yield made


@pytest.fixture
def event(shared_event, institute):
    """A published date with 24 seats in two parts, the second open to alumni."""
    if shared_event is None:
        return factories.event()
    return events.of_page(CourseEventPage.objects.get(pk=shared_event))


@pytest.fixture
def small_event(institute):
    return factories.event(capacity=2)


@pytest.fixture
def office(db):
    return factories.user("office")


@pytest.fixture
def mails_about():
    """The kinds of the mails about a sign-up, in the order in which they were written."""

    def kinds(sign_up):
        mails = OutgoingMail.objects.filter(
            content_type__app_label="courses", content_type__model="signup", object_id=sign_up.pk
        )
        return list(mails.order_by("pk").values_list("kind", flat=True))

    return kinds


@pytest.fixture
def history():
    """What is written in a sign-up's history: (state, user name)."""

    def lines(sign_up):
        changes = SignUp.objects.get(pk=sign_up.pk).changes.select_related("by")
        return [(change.state, change.by and change.by.username) for change in changes]

    return lines


@pytest.fixture(scope="session")
def test_database(django_db_setup, django_db_blocker):
    """The test database also when no other test of this run asked for it."""
    with django_db_blocker.unblock():
        if connection.settings_dict["NAME"] == NAME_BEFORE_THE_TESTS:
            connection.creation.create_test_db(verbosity=0, serialize=False, keepdb=True)


@pytest.fixture
def own_database(test_database, django_db_blocker, tmp_path):
    """A database whose rows other threads and processes see, and that is gone afterwards."""
    with (
        django_db_blocker.unblock(),
        servers.copied_database(connection, tmp_path) as url,
    ):
        yield url
