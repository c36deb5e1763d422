"""What happens to a page in Dutch happens to its alias and its translation in English."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization

from core import periodic
from courses.models import CourseEventPage, CourseEventPart, SignUpPage
from home.models import ContentPage
from tests import factories
from tests.courses.office.conftest import *  # noqa: F403  a course, a date, people, browsers

pytestmark = pytest.mark.anywhere


@pytest.fixture
def english(course):
    """Every page has an English alias from now on."""
    locale = factories.locale("en")
    LocaleSynchronization.objects.create(locale=locale, sync_from=Locale.get_default())
    return locale


@pytest.fixture(params=["alias", "translation"])
def pages(request, event, english):
    """A Dutch text, a sign-up form and a date, each beside one that stays, and their English."""
    home = factories.home()
    texts = [
        factories.publish(home.add_child(instance=ContentPage(title="Tekst", slug=slug)))
        for slug in ("tekst", "blijft")
    ]
    text, form, date = texts[0], factories.form_page(event.course), event.page
    for page in (*texts, form):
        page.copy_for_translation(english, copy_parents=True, alias=True)
    if request.param == "translation":
        for page in (text, form, date):
            to_translation(twin(page))
    return {"text": text, "form": form, "date": date}


def test_the_address_of_a_date_in_english_follows_its_day_until_it_is_published(
    english, course, make_event
):
    page = CourseEventPage(title="Cursus", slug="nieuw", live=False)
    day = timezone.localdate() + datetime.timedelta(days=50)
    page.parts = [CourseEventPart(first_day=day, last_day=day, place="Dalfsen")]
    course.add_child(instance=page)
    page.copy_for_translation(english, copy_parents=True, alias=True)
    draft = page.get_latest_revision_as_object() if page.latest_revision else page
    part = draft.parts.get()
    part.first_day = part.last_day = day + datetime.timedelta(days=1)
    draft.parts = [part]
    draft.save_revision().publish()
    page = CourseEventPage.objects.get(pk=page.pk)
    assert page.slug == f"rt{day + datetime.timedelta(days=1):%d%m%Y}"
    assert twin(page).slug == page.slug


def to_translation(page):
    page.alias_of = None
    page.save()
    factories.publish(page)


def twin(page):
    return Page.objects.get(
        translation_key=page.translation_key, locale__language_code="en"
    ).specific


def live_english():
    return set(Page.objects.live().filter(locale__language_code="en").values_list("pk", flat=True))


def by_view(boss, page):
    boss.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))


def in_bulk(boss, page):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    boss.post(f"{url}?id={page.pk}&next=/admin/")


def by_schedule(boss, page):
    now = timezone.now()
    type(page).objects.filter(pk=page.pk).update(expire_at=now - datetime.timedelta(minutes=1))
    job = periodic.discover()["publish_scheduled"]
    assert periodic.run_due([job], now=now) == ["publish_scheduled"]


def deleted(boss, page):
    boss.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not Page.objects.filter(translation_key=page.translation_key).exists()


def deleted_in_bulk(boss, page):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    boss.post(f"{url}?id={page.pk}&next=/admin/")
    assert not Page.objects.filter(translation_key=page.translation_key).exists()


@pytest.mark.parametrize("kind", ["text", "form", "date"])
@pytest.mark.parametrize("route", [by_view, in_bulk, by_schedule, deleted, deleted_in_bulk])
def test_it_leaves_the_site_in_every_language(make_client, pages, kind, route):
    page = pages[kind]
    gone = twin(page).pk
    others = live_english() - {gone}
    assert gone in live_english()

    route(make_client("Eigenaar"), page)

    assert live_english() == others
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("kind", ["text", "form", "date"])
def test_it_comes_back_in_every_language(pages, kind):
    page = pages[kind]
    title = twin(page).title
    page.unpublish()
    if twin(page).alias_of_id is None:
        draft = twin(page)
        draft.title = "Not yet"
        draft.save_revision()

    factories.publish(page)

    assert (twin(page).live, twin(page).title) == (True, title)


def test_a_translation_that_staff_took_off_stays_off(pages):
    page = twin(pages["text"])
    if page.alias_of_id:
        pytest.skip("an alias always follows its source")
    page.unpublish()
    pages["text"].unpublish()
    factories.publish(pages["text"])

    assert not twin(pages["text"]).live


def test_taking_the_translation_off_leaves_its_source(pages):
    for page in pages.values():
        twin(page).unpublish()
    assert all(Page.objects.get(pk=page.pk).live for page in pages.values())


def test_a_page_below_the_translation_alone_is_not_deleted_with_it(make_client, pages):
    page = twin(pages["text"])
    own = ContentPage(title="Only in English", slug="own", locale=page.locale)
    own = factories.publish(page.add_child(instance=own))

    make_client("Eigenaar").post(reverse("wagtailadmin_pages:delete", args=[pages["text"].pk]))

    assert Page.objects.get(pk=own.pk).live
    assert not Page.objects.get(pk=page.pk).live


@pytest.mark.parametrize("address", ["unpublish", "delete", "bulk/unpublish", "bulk/delete"])
def test_who_asks_names_the_translations_and_the_people(make_client, pages, make_sign_up, address):
    for page in pages.values():
        page = twin(page)
        page.title = page.draft_title = "The twin"
        page.save(clean=False)
    if address.endswith("unpublish"):  # with people on it, it is not deleted at all
        for _number in range(2):
            make_sign_up()
    said = {}
    for kind, page in pages.items():
        url = reverse("wagtailadmin_pages:delete", args=[page.pk]).replace("delete", address)
        if address.startswith("bulk"):
            url = f"/admin/bulk/wagtailcore/page/{address[5:]}/?id={page.pk}&next=/admin/"
        said[kind] = make_client("Eigenaar", "Cursussen").get(url).text
        User.objects.filter(username="eigenaar-cursussen").delete()  # noqa: F405

    assert all("Dit geldt ook voor de vertalingen: “The twin" in text for text in said.values())
    if address.endswith("unpublish"):
        assert [kind for kind, text in said.items() if "Er staan 2 mensen op" in text] == [
            "form",
            "date",
        ]


def test_no_english_page_offers_to_sign_up_for_what_is_offline(client, pages):
    """Even if its translation were still there, as on a site from before this was refused."""
    date = pages["date"]
    page = twin(date)
    assert "Sign up for this date" in client.get(page.url).text
    CourseEventPage.objects.filter(pk=date.pk).update(live=False)

    answer = client.get(page.url)

    assert "Sign up for this date" not in answer.text


def test_a_translation_is_not_published_before_its_source(make_client, pages):
    for kind, model in (("form", SignUpPage), ("date", CourseEventPage)):
        page = twin(pages[kind])
        if page.alias_of_id:
            continue
        pages[kind].unpublish()
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        client = make_client("Eigenaar")
        said = client.post(f"{url}?id={page.pk}&next=/admin/", follow=True).text
        User.objects.filter(username="eigenaar").delete()  # noqa: F405
        assert "deze pagina is er de vertaling van" in said
        assert not model.objects.get(pk=page.pk).live


# --- Address --------------------------------------------------------------------------------------


def rename(page, slug, on_commit):
    page = page.specific
    page.slug = slug
    with on_commit(execute=True):
        factories.publish(page)


def test_an_alias_takes_over_a_new_slug_and_redirects(
    client, pages, english, django_capture_on_commit_callbacks
):
    text = pages["text"]
    former = twin(text)
    was_alias = former.alias_of_id is not None

    rename(text, "nieuw", django_capture_on_commit_callbacks)

    assert twin(text).slug == ("nieuw" if was_alias else "tekst")
    assert client.get(former.url).status_code == (301 if was_alias else 200)
    blijft = Page.objects.filter(slug="blijft").count()
    assert blijft == 2


def test_a_slug_of_its_own_stays(pages, django_capture_on_commit_callbacks):
    page = twin(pages["text"])
    page.slug = "text"
    page.save(clean=False)

    rename(pages["text"], "nieuw", django_capture_on_commit_callbacks)

    assert twin(pages["text"]).slug == "text"


def test_a_slug_that_is_taken_in_the_other_language_stays(
    pages, english, django_capture_on_commit_callbacks
):
    other = ContentPage(title="Other", slug="nieuw", locale=english)
    twin(factories.home()).add_child(instance=other)

    rename(pages["text"], "nieuw", django_capture_on_commit_callbacks)

    assert twin(pages["text"]).slug == "tekst"


def test_it_moves_in_every_language(pages):
    text, other = pages["text"], ContentPage.objects.get(slug="blijft", locale__language_code="nl")

    text.move(other, pos="last-child")

    assert twin(text).get_parent().pk == twin(other).pk
    text.move(factories.home(), pos="last-child")
    assert twin(text).get_parent().pk == twin(factories.home()).pk
