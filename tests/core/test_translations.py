"""In which languages a page can be read, and the language switch."""

import re

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization

from core import translations
from core.wagtail_hooks import create_aliases_of_copy
from home.models import ContentPage, HomePage, TherapyPage

pytestmark = pytest.mark.anywhere

NL, EN = "http://testserver/", "http://testserver/en/"


@pytest.fixture
def english(loaded_site):
    """The Dutch site with a translated English home page."""
    locale = Locale.objects.get_or_create(language_code="en")[0]
    loaded_site.copy_for_translation(locale).save_revision().publish()
    return locale


@pytest.fixture
def alias(english):
    """The English alias of a page that nobody has translated."""
    return ContentPage.objects.get(slug="privacy").copy_for_translation(english, alias=True)


def read(client, path):
    return BeautifulSoup(client.get(path).content, "html.parser")


def hreflang(html):
    return {link["hreflang"]: link["href"] for link in html.select("link[hreflang]")}


def switch(html):
    return {link["hreflang"]: link["href"] for link in html.select(".header__tools a[hreflang]")}


def test_a_site_in_one_language_has_no_switch(loaded_site, client):
    html = read(client, "/")

    assert (hreflang(html), switch(html), html.select(".languages")) == ({}, {}, [])


def test_both_languages_refer_to_each_other(english, client):
    pair = {"nl": NL, "en": EN, "x-default": NL}

    assert hreflang(read(client, "/")) == hreflang(read(client, "/en/")) == pair


def test_a_draft_does_not_count_as_a_translation(loaded_site, client):
    loaded_site.copy_for_translation(Locale.objects.get_or_create(language_code="en")[0])

    assert hreflang(read(client, "/")) == {}


def test_the_switch_leads_to_the_same_page(alias, client):
    assert switch(read(client, "/privacy/")) == {"en": "/en/privacy/"}
    assert switch(read(client, "/en/privacy/")) == {"nl": "/privacy/"}


def test_without_a_translation_the_switch_leads_to_the_page_above_and_says_so(english, client):
    html = read(client, "/mensen/bram-bakker/")

    assert switch(html) == {"en": "/en/"}
    assert html.select_one(".header__tools a[hreflang]")["title"] == (
        "(deze pagina is er niet in het Engels; naar Runningtherapie.nl)"
    )


def test_the_switch_keeps_the_path_below_a_page(english, client):
    index = Page.objects.get(slug="cursus").specific
    index.copy_for_translation(english, alias=True)

    assert switch(read(client, "/cursus/archief/")) == {"en": "/en/cursus/archief/"}


def test_the_switch_works_on_views_without_a_page(english, client):
    assert switch(read(client, "/zoeken/?q=lopen")) == {"en": "/en/search/?q=lopen"}
    assert switch(read(client, "/bestaat-niet/")) == {"en": "/en/"}
    assert switch(read(client, "/en/nothing/")) == {"nl": "/"}


def test_an_alias_says_in_its_own_language_that_its_text_is_dutch(alias, client):
    html = read(client, "/en/privacy/")

    assert (html.html["lang"], html.main["lang"]) == ("en", "nl")
    note = html.select_one("main .not-translated")
    assert note["lang"] == "en"
    assert note.get_text(" ", strip=True) == (
        "We have not translated this page yet. You are reading it in Dutch."
    )
    assert html.select_one(".crumbs")["lang"] == "en"
    assert read(client, "/privacy/").select(".not-translated") == []


def test_search_engines_are_sent_from_an_alias_to_its_source(alias, client):
    html = read(client, "/en/privacy/")

    assert html.select_one('link[rel="canonical"]')["href"] == "http://testserver/privacy/"
    assert hreflang(html) == hreflang(read(client, "/privacy/")) == {}
    assert "/en/privacy/" not in client.get("/sitemap.xml").text


def test_a_translation_of_an_alias_is_announced_at_once(alias, client):
    read(client, "/en/privacy/")
    alias.alias_of = None
    alias.title = "Your data"
    alias.save()
    alias.save_revision().publish()

    html = read(client, "/en/privacy/")

    assert html.select(".not-translated") == []
    assert hreflang(html)["en"] == "http://testserver/en/privacy/"


def test_the_sitemap_pairs_the_languages(english, client):
    xml = client.get("/sitemap.xml").text
    home = re.search(rf"<url><loc>{EN}</loc>.*?</url>", xml)[0]

    assert dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', home)) == {
        "nl": NL,
        "en": EN,
        "x-default": NL,
    }
    assert xml.count(f"<loc>{EN}</loc>") == 1


def test_a_link_leads_to_the_page_in_the_same_language(english, client):
    therapy = TherapyPage.objects.get()
    therapy.copy_for_translation(english).save_revision().publish()
    home = HomePage.objects.get(locale=english)

    assert home.therapy_page == therapy
    link = read(client, "/en/").select_one(".hero__actions .more")
    assert link["href"] == "/en/runningtherapie/"


def test_a_copied_page_gets_an_alias_in_the_other_language(english, rf):
    dutch = Locale.get_default()
    LocaleSynchronization.objects.create(locale=english, sync_from=dutch)
    source = ContentPage.objects.get(slug="privacy", locale=dutch)
    copy = source.copy(update_attrs={"slug": "privacy-2"})

    create_aliases_of_copy(rf.post("/"), source, copy)

    made = ContentPage.objects.get(locale=english, slug="privacy-2")
    assert made.alias_of.pk == copy.pk


def test_an_unsaved_page_has_no_translations(loaded_site):
    assert translations.translations_of(ContentPage(title="Nieuw")) == []
