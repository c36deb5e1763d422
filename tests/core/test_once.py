"""What is looked up once, although a change by staff is visible at once."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction, Site, sites

from core import once
from core.models import SiteSettings, SiteTexts
from home.models import ContentPage, TherapyPage


def text(client, path="/contact/"):
    return BeautifulSoup(client.get(path).content, "html.parser").get_text(" ")


def menu(client):
    html = BeautifulSoup(client.get("/contact/").content, "html.parser")
    return [link["href"] for link in html.select("header nav")[0].select("a")]


def test_a_second_page_looks_up_no_settings_locales_or_sites(loaded_site, client):
    client.get("/privacy/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/privacy/")

    tables = " ".join(query["sql"] for query in queries)
    assert [
        t for t in ("core_sitesettings", "core_sitetexts", "_locale", "_site") if t in tables
    ] == []


def test_root_paths_are_not_asked_for_again_however_many_links_a_page_has(
    loaded_site, client, monkeypatch
):
    client.get("/")
    monkeypatch.setattr(sites, "cache", None)  # where Wagtail has them

    assert client.get("/").status_code == 200


def test_a_new_name_of_the_institute_is_visible_at_once(loaded_site, client):
    assert "Loopschool" not in text(client)

    settings = SiteSettings.current()
    settings.institute_name = "Loopschool"
    settings.save()

    assert "Loopschool" in text(client)


def test_a_new_footer_is_visible_at_once(loaded_site, client):
    text(client)

    texts = SiteTexts.objects.get()
    texts.footer_text = "<p>Tot in het bos.</p>"
    texts.save()

    assert "Tot in het bos." in text(client)


def test_a_new_title_is_in_the_menu_at_once(loaded_site, client):
    texts = SiteTexts.objects.get()
    texts.menu = [("link", {"page": TherapyPage.objects.get(), "label": ""})]
    texts.save()
    text(client)

    page = TherapyPage.objects.get()
    page.title = "Lopen helpt"
    page.save_revision().publish()

    assert "Lopen helpt" in text(client)


@pytest.mark.parametrize("how", ["unpublish", "delete"])
def test_the_menu_leaves_out_a_page_that_is_gone(loaded_site, client, how):
    assert "/runningtherapie/" in menu(client)

    getattr(TherapyPage.objects.get(), how)()

    assert "/runningtherapie/" not in menu(client)


def test_a_new_address_is_in_the_menu_at_once(loaded_site, client):
    menu(client)

    page = TherapyPage.objects.get()
    page.slug = "lopen"
    page.save_revision().publish()

    assert "/lopen/" in menu(client)


def test_a_page_that_staff_make_private_is_closed_at_once(loaded_site, client):
    assert client.get("/privacy/").status_code == 200

    restriction = PageViewRestriction.objects.create(
        page=ContentPage.objects.get(slug="privacy"), restriction_type=PageViewRestriction.LOGIN
    )
    assert client.get("/privacy/").status_code == 302

    restriction.delete()
    assert client.get("/privacy/").status_code == 200


def test_a_section_that_is_private_to_a_group_is_closed_to_others(loaded_site, client):
    client.get("/mensen/")
    people = loaded_site.get_children().get(slug="mensen")
    restriction = PageViewRestriction.objects.create(
        page=people, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.create(name="Docenten"))

    assert client.get("/mensen/bram-bakker/").status_code == 302
    found = client.get("/zoeken/?q=Bakker").context["results"]
    assert [result.url for result in found if result.url.startswith("/mensen/")] == []


def test_a_second_site_is_found_by_its_host(loaded_site, client):
    client.get("/")
    Site.objects.create(
        hostname="localhost", root_page=loaded_site.get_children().get(slug="mensen")
    )

    assert client.get("/", headers={"host": "localhost"}).context["page"].slug == "mensen"
    assert client.get("/").context["page"].pk == loaded_site.pk


def test_nothing_is_remembered_outside_a_request(loaded_site, django_assert_num_queries):
    with django_assert_num_queries(2):
        SiteSettings.current()
        SiteSettings.current()


def test_an_unknown_language_raises_as_before(loaded_site):
    with pytest.raises(LookupError):
        Locale.objects.get_for_language("tlh")


def test_the_memory_ends_with_the_request(loaded_site, client, rf):
    seen = []

    def view(request):
        seen.append([once.once_per_request("number", lambda: len(seen)) for _time in range(2)])

    middleware = once.OncePerRequest(view)
    middleware(rf.get("/"))
    middleware(rf.get("/"))

    assert seen == [[0, 0], [1, 1]]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "seen"), [("get", [0, 0]), ("post", [0, 1])])
def test_the_cms_remembers_within_a_request_that_changes_nothing(rf, method, seen):
    asked = []

    def view(request):
        for _time in range(2):
            asked.append(once.cached("number", lambda: len(asked)))

    once.OncePerRequest(view)(getattr(rf, method)("/admin/"))
    assert asked == seen
    asked.clear()
    asked.append("by the next page")
    once.OncePerRequest(view)(rf.get("/admin/"))
    assert asked[1:] == [1, 1]


def test_a_brief_cache_serves_the_cms_and_nothing_outside_a_request(rf):
    asked = []

    def view(request):
        asked.append(once.cached_briefly("number", lambda: len(asked)))

    for _page in range(2):
        once.OncePerRequest(view)(rf.get("/admin/"))
    view(None)
    assert asked == [0, 0, 2]


@pytest.mark.django_db
def test_a_post_in_the_cms_empties_the_brief_cache(rf):
    asked = []

    def view(request):
        if request.method == "GET":
            asked.append(once.cached_briefly("number", lambda: len(asked)))

    for request in (rf.get("/admin/"), rf.post("/admin/"), rf.get("/admin/")):
        once.OncePerRequest(view)(request)
    assert asked == [0, 1]
