"""Where an address leads that nothing answers any more, or that was typed or pasted with a slip."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data
from wagtail_localize.models import LocaleSynchronization

from core.models import User
from core.slugs import reserved
from courses.reading import events, links
from home.models import ContentPage
from tests import factories

THERE = "https://www.elders.nl"

pytestmark = [pytest.mark.anywhere, pytest.mark.django_db]


@pytest.fixture
def course():
    factories.settings()
    course = factories.course(slug="oud")
    factories.form_page(course)
    factories.event(course)
    english = factories.locale("en")
    LocaleSynchronization.objects.create(locale=english, sync_from=Locale.get_default())
    return course


@pytest.fixture
def rename(course, django_capture_on_commit_callbacks):
    def rename():
        course.slug = "nieuw"
        with django_capture_on_commit_callbacks(execute=True):
            factories.publish(course)

    return rename


def in_language(code):
    locale = Locale.objects.get(language_code=code)
    with translation.override(code):
        return events.coming(locale=locale)[0]


def below(code):
    """Every address below a course and its date that people keep."""
    event = in_language(code)
    return [
        event.course.url,
        event.course.url + "agenda.ics",
        event.url,
        event.url + "agenda.ics",
        event.page.brochure_url,
        event.sign_up_url,
    ]


@pytest.mark.parametrize("code", ["nl", "en"])
def test_all_below_a_course_with_a_new_slug_is_found(client, rename, code):
    before = below(code)
    assert [client.get(url).status_code for url in before] == [200] * 6

    rename()

    after = below(code)
    assert not set(before) & set(after)
    for old, new in zip(before, after, strict=True):
        answer = client.get(f"{old}?bron=mail")
        assert (answer.status_code, answer["Location"]) == (301, f"{new}?bron=mail")
        assert client.get(new).status_code == 200


def test_what_was_typed_arrives_at_the_new_address(client, rename):
    event = in_language("nl")
    old = event.sign_up_url
    rename()

    answer = client.post(old, {"step": "check", "first_name": "Noor"})

    assert (answer.status_code, answer["Location"]) == (308, in_language("nl").sign_up_url)


def test_below_a_page_that_moved_nothing_leads_to_nothing(client, rename):
    rename()
    assert client.get("/cursus/oud/nergens/").status_code == 404
    assert client.get("/cursus/anders/agenda.ics").status_code == 404


# --- Capitals and punctuation ---------------------------------------------------------------------


@pytest.mark.parametrize("code", ["nl", "en"])
def test_an_address_in_capitals_is_found(client, course, code):
    for url in (in_language(code).url, *below(code)):
        answer = client.get(url.upper())
        assert (answer.status_code, answer["Location"]) == (301, url)


ENDS = [
    ")",
    ".",
    ",",
    ">",
    "),",
    ")/",
    "%29",
    "%3E",
    ".%22",
    "%E2%80%9D",
    "'",
    "%20",
    "?!".strip("?"),
]


@pytest.mark.parametrize("end", ENDS)
def test_punctuation_behind_an_address_is_left_out(client, course, end):
    for url in (in_language("nl").url, in_language("en").url):
        for pasted in (f"{url}{end}", f"{url.rstrip('/')}{end}"):
            answer = client.get(pasted)
            assert (answer.status_code, answer["Location"]) == (301, url), pasted


@pytest.fixture
def token(course):
    return links.token(factories.sign_up(in_language("nl")))


@pytest.mark.parametrize("end", [")", "%29", ".", ")/", ">", "%E2%80%9D"])
def test_a_private_link_with_punctuation_leads_to_its_page(client, token, capsys, end):
    url = reverse("sign_up_status", args=[token])
    for pasted in (f"{url.rstrip('/')}{end}", f"{url}{end}"):
        answer = client.get(pasted)
        assert (answer.status_code, answer["Location"]) == (301, url)
    assert client.get(url).status_code == 200
    out = capsys.readouterr()
    assert token not in out.out + out.err


def test_a_private_link_in_capitals_keeps_its_token(client, token):
    url = reverse("sign_up_status", args=[token])
    answer = client.get(url.replace("/inschrijving/", "/Inschrijving/"))
    assert (answer.status_code, answer["Location"]) == (301, url)


@pytest.mark.parametrize("path", ["/Nergens/", "/nergens)/", "/inschrijving/XyZ/"])
def test_what_leads_nowhere_stays_not_found(client, course, path):
    assert client.get(path).status_code == 404


# --- Redirects of staff ---------------------------------------------------------------------------


@pytest.fixture
def boss():
    client = Client()
    user = User.objects.create_superuser("baas", "baas@example.nl", "x")
    client.force_login(user)
    return client


def add(boss, old_path, link=f"{THERE}/nieuw/"):
    fields = {"old_path": old_path, "redirect_link": link, "is_permanent": "on"}
    return boss.post(reverse("wagtailredirects:add"), fields, follow=True).text


@pytest.mark.parametrize(
    "typed",
    [
        "/oud",
        "oud/",
        " /oud/ ",
        "/OUD",
        "www.example.nl/oud",
        "https://www.example.nl/Oud/",
        "example.nl/oud",
        "http://example.nl/oud",
    ],
)
def test_a_redirect_works_however_it_is_typed(boss, client, course, typed):
    add(boss, typed)

    assert Redirect.objects.get().old_path == "/oud"
    for path in ("/oud", "/oud/", "/Oud/"):
        answer = client.get(f"{path}?utm=brief")
        assert (answer.status_code, answer["Location"]) == (301, f"{THERE}/nieuw/?utm=brief")


def test_a_redirect_of_one_query_is_only_for_that(boss, client, course):
    add(boss, "/oud/?id=7", f"{THERE}/zeven/")
    assert client.get("/oud/?id=7")["Location"] == f"{THERE}/zeven/"
    assert client.get("/oud/?id=8").status_code == 404


@pytest.mark.parametrize("typed", ["www.elders.nl/x", "https://www.elders.nl/x"])
def test_a_redirect_to_another_site_as_it_is_typed(boss, client, course, typed):
    add(boss, "/oud", typed)
    assert client.get("/oud/")["Location"] == "https://www.elders.nl/x"


def test_staff_hear_that_there_is_a_page(boss, course):
    assert "Daar staat nu een pagina" in add(boss, "/cursus/oud")
    assert "Daar staat nu een pagina" in add(boss, "/zoeken")
    assert "Daar staat nu een pagina" not in add(boss, "/cursus/ouder")


# --- Slugs ---------------------------------------------------------------------------------------


def test_the_first_parts_of_the_site_s_own_addresses(course):
    dutch, english = reserved("nl"), reserved("en")
    assert {"zoeken", "inschrijving", "betalen", "certificaat"} <= dutch
    assert {"admin", "account", "documents", "media", "static", "webhooks", "en"} <= dutch
    assert {"search", "sign-up", "pay", "certificate"} <= english
    assert not {"zoeken", "admin", "cursus", ""} & english
    assert not {"cursus", "over-ons", "search", ""} & dutch


@pytest.mark.parametrize("slug", ["zoeken", "admin", "inschrijving", "en", "media", "archief"])
@pytest.mark.parametrize("live", [True, False])
def test_no_page_gets_a_slug_of_the_site_itself(boss, course, slug, live):
    parent = course.get_parent() if slug == "archief" else factories.home()
    page = ContentPage(title="X", slug="vrij", live=live)
    if slug == "archief":
        page = type(course)(title="X", slug="vrij", live=live, audience="x", price_cents=1)
    page = parent.add_child(instance=page)
    page.slug = slug
    with pytest.raises(Exception, match="niemand zou deze pagina zien"):
        page.save_revision().publish() if live else page.save()


def test_the_editor_says_so_at_the_slug_in_each_language(boss, course):
    for home, slug in ((factories.home(), "zoeken"), (english_home(), "search")):
        url = reverse("wagtailadmin_pages:add", args=["home", "contentpage", home.pk])
        data = nested_form_data(
            {"title": "X", "slug": slug, "body-count": "0", "comments": inline_formset([])}
        )
        form = boss.post(url, data | {"action-publish": "publish"}).context["form"]
        assert "niemand zou deze pagina zien" in str(form.errors["slug"])
    assert not Page.objects.filter(slug__in=["zoeken", "search"]).exists()


def english_home():
    return factories.home().get_translation(Locale.objects.get(language_code="en"))


def test_a_copy_with_such_a_slug_is_refused_in_words(boss, course):
    page = factories.home().add_child(instance=ContentPage(title="X", slug="vrij"))
    url = reverse("wagtailadmin_pages:copy", args=[page.pk])
    data = {"new_title": "X", "new_slug": "zoeken", "new_parent_page": factories.home().pk}
    assert "niemand zou deze pagina zien" in boss.post(url, data, follow=True).text
    assert not Page.objects.filter(slug="zoeken").exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/contact/", "/contact/"),
        (" /contact/#adres ", "/contact/#adres"),
        ("http://testserver/contact/", "/contact/"),
        ("https://www.example.nl/a", "https://www.example.nl/a"),
        ("www.example.nl/a", "https://www.example.nl/a"),
    ],
)
def test_the_target_of_a_redirect_is_taken_as_it_is_typed(loaded_site, admin_client, typed, kept):
    sent = {"old_path": "/oude-folder", "redirect_link": typed, "redirect_page": "", "site": ""}
    assert admin_client.post(reverse("wagtailredirects:add"), sent).status_code == 302
    assert Redirect.objects.get(old_path="/oude-folder").redirect_link == kept


@pytest.mark.parametrize("typed", ["/contcat/", "geen adres", "javascript:alert(1)"])
def test_a_target_at_which_nothing_is_is_refused_and_stays_typed(loaded_site, admin_client, typed):
    sent = {"old_path": "/oude-folder", "redirect_link": typed, "redirect_page": "", "site": ""}
    response = admin_client.post(reverse("wagtailredirects:add"), sent)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"redirect_link"}
    assert f'value="{typed}"' in response.text
    assert not Redirect.objects.filter(old_path="/oude-folder").exists()
