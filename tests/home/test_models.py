import pytest

from courses.models import CourseEventPage, Roster
from faq.models import FaqQuestion
from home.models import HomePage, TherapyPage
from people.models import PersonPage
from tests import visitors

pytestmark = pytest.mark.anywhere


def html(client, path="/"):
    return visitors.soup(client.get(path)).main


def test_the_home_page_shows_the_next_three_dates(loaded_site):
    assert [event.code for event in loaded_site.coming_events] == [
        event.code for event in visitors.coming_events()[:3]
    ]


def test_the_home_page_shows_the_dates_that_somebody_can_join(loaded_site, client):
    soonest, full, closed, *others = visitors.coming_events()
    Roster.objects.filter(pk=soonest.roster_id).update(state=Roster.State.CALLED_OFF)
    Roster.objects.filter(pk=closed.roster_id).update(state=Roster.State.CLOSED)
    Roster.objects.filter(pk=full.roster_id).update(capacity=0)
    shown = [
        link["href"].strip("/").rpartition("/")[2].upper()
        for link in html(client).select(".event-card__title a")
    ]

    assert shown == [event.code for event in [*others, full][:3]]
    assert full.code in shown


def test_the_home_page_works_without_dates(loaded_site, client):
    for page in CourseEventPage.objects.live():
        page.unpublish()

    response = client.get("/")

    assert response.status_code == 200
    assert loaded_site.coming_events == []


def test_the_summary_of_the_therapy_page_is_on_the_home_page_too(loaded_site, client):
    page = TherapyPage.objects.get()
    page.summary = "<p>Lopen als behandeling, met één tekst.</p>"
    page.save_revision().publish()

    for path in ("/", page.url):
        assert "Lopen als behandeling, met één tekst." in html(client, path).get_text()


def test_staff_choose_the_questions_on_the_home_page(loaded_site):
    FaqQuestion.objects.update(highlight=False)
    chosen = FaqQuestion.objects.last()
    chosen.highlight = True
    chosen.save()

    assert loaded_site.questions == [chosen]


def test_the_home_page_shows_published_people(loaded_site):
    PersonPage.objects.get(slug="bram-bakker").unpublish()

    assert [person.slug for person in loaded_site.people] == ["simon-van-woerkom"]


@pytest.mark.parametrize(
    "path",
    [
        "/cursus/runningtherapie/",
        "/cursus/runningtherapie/inschrijven/",
        "/cursus/archief/",
        "/mensen/bram-bakker/",
    ],
)
def test_a_deep_address_finds_its_page_and_its_breadcrumbs(loaded_site, client, path):
    response = client.get(path)
    crumbs = [a["href"] for a in visitors.soup(response).select("nav.crumbs a")]

    assert response.status_code == 200
    parts = path.strip("/").split("/")
    assert crumbs == ["/", *(f"/{'/'.join(parts[:n])}/" for n in range(1, len(parts)))]


@pytest.mark.parametrize(
    "path",
    [
        "/nergens/",
        "/cursus/nergens/",
        "/cursus/runningtherapie/nergens/",
        "/nergens/cursus/",
        "/mensen/bram-bakker/meer/",
        f"/cursus/{'x/' * 40}",
    ],
)
def test_addresses_without_a_page_are_not_found(loaded_site, client, path):
    assert client.get(path).status_code == 404


def test_an_unpublished_page_is_not_found(loaded_site, client):
    TherapyPage.objects.get().unpublish()

    assert client.get("/runningtherapie/").status_code == 404


def test_a_page_below_an_unpublished_one_is_still_found(loaded_site, client):
    """As in Wagtail: only the requested page has to be published."""
    HomePage.objects.get(pk=loaded_site.pk)
    PersonPage.objects.first().get_parent().unpublish()

    assert client.get("/mensen/bram-bakker/").status_code == 200
