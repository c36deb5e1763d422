"""What changes is on every page that may show it at the next question, also where it is kept.

Whoever reads asks at every hit here; how often a process asks is tested with the layer, and what
another process and the worker change in test_kept_across_processes.
"""

import datetime

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core.models import SiteSettings, SiteTexts, SiteWord
from courses.models import (
    Accreditation,
    CourseEventPage,
    CourseIndexPage,
    CoursePage,
    Roster,
    SeatClaim,
    SignUp,
    SwapOffer,
)
from faq.models import FaqQuestion
from home.models import HomePage, TherapyPage
from people.models import PersonPage
from tests import factories, visitors, wsgi

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def reader(loaded_site, settings):
    settings.CHANGES_ASKED_EVERY = 0
    return wsgi.Reader()


def home():
    return "/"


def index():
    return CourseIndexPage.objects.get(locale__language_code="nl").url


def archive():
    return index() + "archief/"


def course():
    return CoursePage.objects.get(locale__language_code="nl").url


def date():
    return visitors.coming_event().url


def dates_to_choose():
    return visitors.form_page().url


def therapy():
    return TherapyPage.objects.get().url


def faq():
    return "/veelgestelde-vragen/"


def people():
    return "/mensen/"


def sitemap():
    return "/sitemap.xml"


def agenda():
    return index() + "agenda.ics"


WITH_DATES = [home, index, course, date, dates_to_choose]
ALL = [*WITH_DATES, archive, therapy, faq, people]


# --- The changes ---


def set_roster(**facts):
    Roster.objects.filter(pk=visitors.coming_event().roster_id).update(**facts)  # no signal


def fill_up():
    """Seats that no signal tells of."""
    shown = visitors.coming_event()
    set_roster(capacity=1)
    person = factories.sign_up(factories.again(shown), factories.somebody())
    SeatClaim.objects.filter(sign_up=person).delete()
    SeatClaim.objects.bulk_create(
        SeatClaim(roster=shown.roster, part_key=part.key, seat_number=1, sign_up=person)
        for part in shown.parts
    )


def offer_last_seat():
    shown, other, *_more = visitors.coming_events()
    set_roster(capacity=1)
    person = factories.sign_up(other, factories.somebody())
    offer = SwapOffer.objects.create(
        sign_up=person,
        roster=shown.roster,
        left=other.roster,
        until=timezone.now() + HOUR,
        created_at=timezone.now(),
    )
    SeatClaim.objects.bulk_create(
        SeatClaim(
            roster=shown.roster, part_key=part.key, seat_number=1, sign_up=person, offer=offer
        )
        for part in shown.parts
    )


def publish(page, **facts):
    for name, value in facts.items():
        setattr(page, name, value)
    page.save_revision().publish()


def event_page():
    return CourseEventPage.objects.get(pk=visitors.coming_event().facts.pk)


def of_settings(model, **facts):
    row = model.objects.first()
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()


CHANGES = {
    "somebody takes the last seat, in bulk": (fill_up, WITH_DATES),
    "the last seat is offered": (offer_last_seat, WITH_DATES),
    "a date goes ahead": (
        lambda: set_roster(state=Roster.State.GOING_AHEAD),
        [index, course, date],
    ),
    "a date is called off": (lambda: set_roster(state=Roster.State.CALLED_OFF), [index, date]),
    "a date is closed": (lambda: set_roster(state=Roster.State.CLOSED), WITH_DATES),
    "few places, says the office": (
        lambda: set_roster(availability_override="few"),
        WITH_DATES,
    ),
    "a date is published": (
        lambda: publish(event_page(), title="Drie dagen aan zee"),
        [date, index],
    ),
    "sign-up opens later": (
        lambda: publish(event_page(), sign_up_opens=timezone.now() + HOUR),
        WITH_DATES,
    ),
    "a date is unpublished": (
        lambda: event_page().unpublish(),
        [home, index, course, dates_to_choose, sitemap, agenda],
    ),
    "a date is deleted": (
        lambda: event_page().delete(),
        [home, index, course, dates_to_choose, sitemap, agenda],
    ),
    "a page is published": (lambda: publish(TherapyPage.objects.get(), title="Anders"), [therapy]),
    "a page moves": (
        lambda: PersonPage.objects.first().move(HomePage.objects.first(), pos="last-child"),
        [people, sitemap],
    ),
    "a course has another address": (
        lambda: publish(CoursePage.objects.first(), slug="lopen"),
        [home, index, sitemap],
    ),
    "the institute has another name": (
        lambda: of_settings(SiteSettings, institute_name="Loopschool"),
        ALL,
    ),
    "few places is another number": (lambda: of_settings(SiteSettings, few_places=999), WITH_DATES),
    "the footer has another text": (
        lambda: of_settings(SiteTexts, footer_text="<p>Tot in het bos</p>"),
        ALL,
    ),
    "a question is answered otherwise": (
        lambda: of_settings(FaqQuestion, answer="<p>Ja, ook in de regen.</p>"),
        [faq],
    ),
    "an accreditation is known": (
        lambda: of_settings(Accreditation, register="Register van lopers"),
        [lambda: Accreditation.objects.first().page.url],
    ),
    "a word of the site is reworded": (
        lambda: SiteWord.objects.create(key="sign-up-button", language="nl", text="Doe mee"),
        [date],
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_on_every_page_that_may_show_it(reader, what):
    change, shows = CHANGES[what]
    paths = [path() for path in shows]
    before = {path: reader.get(path).body for path in paths}
    reader.rendered.clear()
    assert {path: reader.get(path).body for path in paths} == before
    assert reader.rendered == []  # all of them were kept

    change()

    after = {path: reader.get(path) for path in paths}
    assert [path for path in paths if after[path].body == before[path]] == []
    # What another reader gets is what the site itself says now.
    for path, got in after.items():
        page = Client().get(path)
        assert (got.status, got.body) == (page.status_code, page.content), path


@pytest.mark.parametrize(
    ("later", "shows", "prepare"),
    [
        (
            2 * HOUR,
            WITH_DATES,
            lambda: (
                fill_up(),
                SignUp.objects.update(state="awaiting_payment", hold_until=timezone.now() + HOUR),
            ),
        ),
        (2 * HOUR, WITH_DATES, offer_last_seat),
        (2 * HOUR, WITH_DATES, lambda: publish(event_page(), sign_up_opens=timezone.now() + HOUR)),
        (2 * HOUR, WITH_DATES, lambda: publish(event_page(), sign_up_closes=timezone.now() + HOUR)),
    ],
    ids=["a hold runs out", "an offer runs out", "sign-up opens", "sign-up closes"],
)
def test_what_time_changes_is_seen_without_anybody_doing_anything(reader, later, shows, prepare):
    prepare()
    paths = [path() for path in shows]
    before = {path: reader.get(path).body for path in paths}

    with time_machine.travel(timezone.now() + later, tick=False):
        after = {path: reader.get(path).body for path in paths}
        assert [path for path in paths if after[path] == before[path]] == []
        assert after == {path: Client().get(path).content for path in paths}


@pytest.mark.parametrize(
    ("days", "shows"), [(-1, [home, index, course, dates_to_choose]), (0, [index, archive])]
)
def test_at_midnight_a_date_closes_and_another_is_in_the_archive(reader, days, shows):
    day = visitors.coming_event().first_day + datetime.timedelta(days=days)
    paths = [path() for path in shows]
    late = timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59)))
    with time_machine.travel(late, tick=False):
        before = {path: reader.get(path).body for path in paths}
    with time_machine.travel(late + datetime.timedelta(minutes=2), tick=False):
        after = {path: reader.get(path).body for path in paths}
        assert [path for path in paths if after[path] == before[path]] == []
        assert after == {path: Client().get(path).content for path in paths}


def test_sign_ups_that_change_no_word_render_nothing_and_give_the_same_bytes(reader):
    set_roster(capacity=30)
    paths = [path() for path in WITH_DATES]
    before = {path: Client().get(path).content for path in paths}
    for path in paths:
        reader.get(path)
    reader.rendered.clear()
    for _person in range(2):
        factories.sign_up(factories.again(visitors.coming_event()), factories.somebody())

    assert {path: reader.get(path).body for path in paths} == before
    assert reader.rendered == []
    assert {path: Client().get(path).content for path in paths} == before


def test_a_full_course_of_sign_ups_renders_a_page_twice_more(reader):
    """Few, and full: not once for each of them."""
    set_roster(capacity=12)
    reader.get(index())
    reader.rendered.clear()
    for _person in range(12):
        factories.sign_up(factories.again(visitors.coming_event()), factories.somebody())
        reader.get(index())

    assert reader.rendered == [("GET", index())] * 2


def test_a_draft_changes_nothing_and_is_in_nothing_that_is_kept(reader):
    before = reader.get(therapy()).body
    page = TherapyPage.objects.get()
    page.title = "Nog geheim"
    page.save_revision()
    reader.rendered.clear()

    assert (reader.get(therapy()).body, reader.rendered) == (before, [])


def test_what_is_rolled_back_is_seen_by_nobody(reader):
    before = reader.get(home()).body
    with transaction.atomic():
        of_settings(SiteSettings, institute_name="Loopschool")
        transaction.set_rollback(True)

    assert reader.get(home()).body == before
    assert Client().get(home()).content == before


CANARIES = ["csrfmiddlewaretoken", "sessionid", "Kanarie", "wagtail-userbar", "Nog geheim"]


def test_nothing_that_is_kept_knows_who_asked(reader, admin_client, admin_user):
    admin_user.first_name = admin_user.username = "Kanarie"
    admin_user.save()
    factories.sign_up(
        factories.again(visitors.coming_event()), factories.somebody(first_name="Kanarie")
    )
    page = TherapyPage.objects.get()
    page.title = "Nog geheim"
    page.save_revision()
    session = "; ".join(f"{name}={cookie.value}" for name, cookie in admin_client.cookies.items())
    for path in [*(path() for path in ALL), "/contact/", visitors.form_url()]:
        as_staff = reader.get(path, cookie=session)
        assert "wagtail-userbar" in as_staff.text
        reader.get(path, cookie="csrftoken=Kanarie; Kanarie=1", referer="https://kanarie.example/")
        reader.get(f"{path}?utm_source=Kanarie", user_agent="Kanarie")
        reader.get(path, accept_language="Kanarie", x_forwarded_host="Kanarie")
    admin_client.get(f"/admin/pages/{page.pk}/edit/preview/?mode=")
    admin_client.get(f"/admin/pages/{page.pk}/view_draft/")
    for path in [path() for path in ALL]:
        reader.get(path)

    answers = reader.layer.store.values()
    assert len(answers) == len(ALL)
    for answer in answers:
        headers, body = answer.forms[""]
        said = body.decode() + repr(headers)
        assert [canary for canary in CANARIES if canary in said] == []
        assert "Set-Cookie" not in dict(headers)


def test_each_language_and_each_query_has_its_own(reader):
    for path in (index(), f"{index()}?plaats=Dalfsen", f"{index()}?plaats=Atlantis"):
        assert reader.get(path).body == Client().get(path).content
        assert reader.get(path).headers["Content-Language"] == "nl"
