"""Makers of what a test needs: small, explicit, nothing random. Every fact can be given.

Pages made here are in no index, neither of search nor of references: that is half of the work of
making one. A test of either takes the loaded content, or publishes a page itself.
"""

import datetime
import itertools
from contextlib import contextmanager

from django.test import override_settings
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from core.models import SiteSettings, User
from courses.domain import sign_ups
from courses.models import (
    Accreditation,
    AccreditationPage,
    CourseEventPage,
    CourseEventPart,
    CourseIndexPage,
    CoursePage,
    SignUp,
    SignUpPage,
)
from courses.reading import events
from home.models import HomePage

NEVER_RUN = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

_numbers = itertools.count(1)


@contextmanager
def _unindexed():
    """Wagtail brings its indexes up to date by tasks. Here nobody runs them."""
    with override_settings(TASKS=NEVER_RUN):
        yield


def number():
    """A number that is unique within this run, for names that must differ."""
    return next(_numbers)


def day(offset):
    """The date that many days from today, in Dutch time."""
    return timezone.localdate() + datetime.timedelta(days=offset)


def locale(code="nl"):
    return Locale.objects.get_or_create(language_code=code)[0]


@_unindexed()
def home():
    """The home page of the default site."""
    found = HomePage.objects.filter(depth=2, locale=locale()).first()
    if found is None:
        root = Page.get_first_root_node() or Page.add_root(
            instance=Page(title="Root", slug="root", locale=locale())
        )
        found = root.add_child(
            instance=HomePage(
                title="Home", slug="start", locale=locale(), hero_heading="Home", hero_text="Home"
            )
        )
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname="testserver", root_page=found, is_default_site=True)
    elif site.root_page_id != found.pk:
        site.root_page = found
        site.save()
    return found


INSTITUTE = {
    "office_email": "office@example.nl",
    "street": "Kerkstraat 1",
    "postcode": "7721 AB",
    "city": "Dalfsen",
    "kvk_number": "87654321",
    "vat_number": "NL001234567B01",
    "iban": "NL91 ABNA 0417 1643 00",
}


@_unindexed()
def settings(**facts):
    """The settings of the institute, by default with all that an invoice must say."""
    home()
    row, _created = SiteSettings.objects.get_or_create(site=Site.objects.get(is_default_site=True))
    for name, value in (INSTITUTE | facts).items():
        setattr(row, name, value)
    row.save()
    return row


def accreditations(*rows):
    """A page with these accreditations, in this order."""
    page = home().add_child(instance=AccreditationPage(title="Accreditaties", slug="accreditaties"))
    for order, facts in enumerate(rows):
        Accreditation.objects.create(page=page, locale=page.locale, sort_order=order, **facts)
    return page


def user(username="office"):
    return User.objects.get_or_create(username=username)[0]


@_unindexed()
def course(**facts):
    parent = CourseIndexPage.objects.child_of(home()).first()
    if parent is None:
        parent = home().add_child(instance=CourseIndexPage(title="Cursus", slug="cursus"))
    facts = {
        "title": "Driedaagse cursus",
        "slug": f"cursus-{number()}",
        "audience": "Fysiotherapeuten",
        "price_cents": 119500,
    } | facts
    return publish(parent.add_child(instance=CoursePage(**facts)))


def part(first, last=None, label="Lesdagen", **facts):
    """A part from the `first` to the `last` day, both counted from today."""
    facts = {"place": "Dalfsen"} | facts
    return CourseEventPart(
        label=label, first_day=day(first), last_day=day(first if last is None else last), **facts
    )


def two_parts():
    """The usual parts: two days together, and a return day that alumni may join."""
    return [part(60, 61), part(150, label="Terugkomdag", open_to_alumni=True)]


@_unindexed()
def event_page(of=None, *, parts=None, **facts):
    """A course date that is not published yet."""
    parent = of or course()
    page = CourseEventPage(**{"title": f"Cursus {parent.title}", "live": False} | facts)
    page.parts = two_parts() if parts is None else parts
    return parent.add_child(instance=page)


def event(of=None, **facts):
    """A published course date, as readers see it."""
    return events.of_page(publish(event_page(of, **facts)))


def again(shown):
    """The same event, loaded anew."""
    return events.of_page(CourseEventPage.objects.get(pk=shown.page.pk))


@_unindexed()
def form_page(of, kind=SignUp.Kind.COURSE, **facts):
    facts = {
        "title": "Inschrijven",
        "slug": f"inschrijven-{kind}",
        "consents": [("consent", {"text": "<p>Ik ga akkoord.</p>", "required": True})],
    } | facts
    return publish(of.add_child(instance=SignUpPage(kind=kind, **facts)))


@_unindexed()
def publish(page):
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def application(**facts):
    """What the same person always fills in, except for the `facts`."""
    return sign_ups.Application(
        **{
            "first_name": "Noor",
            "infix": "van der",
            "last_name": "Meer",
            "email": "noor@example.nl",
            "phone": "06 12345678",
            "admission": SignUp.Admission.HBO,
        }
        | facts
    )


def somebody(**facts):
    """The application of a new person."""
    who = number()
    return application(**{"last_name": f"Loper {who}", "email": f"loper{who}@example.nl"} | facts)


def buyer(**facts):
    return sign_ups.Buyer(
        **{"street": "Dorpsstraat 1", "postcode": "1234 AB", "city": "Dalfsen"} | facts
    )


def agreement(**facts):
    return sign_ups.Agreement(**{"kind": SignUp.Kind.COURSE, "language": "nl"} | facts)


def sign_up(shown, filled_in=None, **facts):
    """Sign somebody up for the event `shown`; `facts` are about the agreement."""
    return sign_ups.sign_up(
        event=shown, application=filled_in or somebody(), agreement=agreement(**facts)
    )


def fill(shown, seats=None):
    """Sign up as many new people, or as many as there are free seats. Returns the sign-ups."""
    seats = shown.free_for(SignUp.Kind.COURSE) if seats is None else seats
    return [sign_up(shown) for _seat in range(seats)]
