import pytest

from core.models import SiteSettings
from courses.models import CourseEventPage, SignUp
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories
from tests.courses import neighbours
from tests.loading import prepared, wants_content_beside


@pytest.fixture(scope="module")
def prepared_institute(request, django_db_setup, django_db_blocker):
    """Whether the tests of this module begin with the settings: not beside the loaded content."""
    if wants_content_beside(request.node, "institute"):
        yield False
        return
    with prepared("institute", django_db_blocker):
        yield True


@pytest.fixture(scope="module")
def prepared_event(prepared_institute, django_db_blocker):
    """Whether they begin with one published date, too."""
    if not prepared_institute:
        yield False
        return
    with prepared("published_event", django_db_blocker):
        yield True


@pytest.fixture
def institute(prepared_institute, db):
    """The settings of an institute whose office gets notices."""
    return SiteSettings.objects.get() if prepared_institute else factories.settings()


@pytest.fixture
def event(prepared_event, institute):
    """A published date with 24 seats in two parts, the second open to alumni."""
    if prepared_event:
        return events.of_page(CourseEventPage.objects.earliest("pk"))
    return factories.event()


@pytest.fixture
def small_event(institute):
    return factories.event(capacity=2)


@pytest.fixture
def neighbour(event):
    """A second of everything, which must not come along: see `tests.courses.neighbours`."""
    return neighbours.make()


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
