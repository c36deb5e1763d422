"""Checks of every public page of the loaded site."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from core.models import SiteRendition
from courses.models import Accreditation, CourseEventPage, CourseIndexPage, SignUp
from faq.models import FaqQuestion
from home import models as home
from people.models import PersonPage
from tests import caches, visitors
from tests.languages import foreign_words_by_text

pytestmark = pytest.mark.anywhere

MOST_QUERIES = 15
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'self'",
}
YOUTUBE = {"frame-src": "https://www.youtube-nocookie.com"}


@dataclass(frozen=True)
class Visit:
    response: object
    html: BeautifulSoup
    queries: int
    renditions_made: int

    def meta(self, name):
        found = self.html.select_one(f'head meta[name="{name}"]')
        return found["content"].strip() if found else ""

    @property
    def data(self):
        """The objects of the JSON-LD on the page."""
        scripts = self.html.select('script[type="application/ld+json"]')
        graphs = [json.loads(script.string) for script in scripts]
        return [thing for graph in graphs for thing in graph["@graph"]]


def page_paths():
    return [page.url for page in Page.objects.live().public().filter(depth__gt=1).order_by("path")]


def view_paths():
    """The public addresses that are views and not pages of the CMS."""
    index = CourseIndexPage.objects.get(locale__language_code="nl")
    return [
        index.url + index.reverse_subpage("archive"),
        visitors.form_url(),
        visitors.form_url(SignUp.Kind.ALUMNI),
        reverse("search"),
        reverse("search") + "?q=cursus",
        reverse("search") + "?q=kwantumfysica",
        "/en/search/",
    ]


def visit(path):
    client = Client()
    client.get(path)  # fills the caches of the process
    before = SiteRendition.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path)
    made = SiteRendition.objects.count() - before
    html = BeautifulSoup(response.content, "html.parser")
    return Visit(response, html, len(queries), made)


@pytest.fixture(scope="module")
def visits(content, django_db_blocker):
    """{path: Visit} of every public page and view."""
    with django_db_blocker.unblock(), transaction.atomic():
        caches.empty()
        found = {path: visit(path) for path in [*page_paths(), *view_paths()]}
        transaction.set_rollback(True)  # searching counts what is searched in vain
    return found


@pytest.fixture
def pages(visits, db):
    return visits


def found_on(visits, what):
    """{path: what(visit)} of the pages where that is true; most tests expect none."""
    return {path: found for path, visit in visits.items() if (found := what(visit))}


def test_every_page_answers(pages):
    assert {path: visit.response.status_code for path, visit in pages.items()} == dict.fromkeys(
        pages, 200
    )


def test_every_page_has_one_heading_of_the_first_level(pages):
    assert found_on(pages, lambda visit: len(visit.html.select("h1")) - 1) == {}


def test_headings_do_not_skip_a_level(pages):
    def jumps(visit):
        levels = [int(h.name[1]) for h in visit.html.select("main :is(h1,h2,h3,h4,h5,h6)")]
        return [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1]

    assert found_on(pages, jumps) == {}


def test_a_title_ends_with_the_name_of_the_site_unless_that_makes_it_long(pages):
    brand = " | Runningtherapie.nl"
    titles = [visit.html.title.get_text() for visit in pages.values()]
    bare = [title for title in titles if not title.endswith(brand)]

    assert [title for title in titles if title != " ".join(title.split())] == []
    assert [title for title in titles if title.endswith(brand) and len(title) > 60] == []
    assert [title for title in bare if len(title + brand) <= 60] == []
    assert bare
    assert len(bare) < len(titles)


def test_every_title_is_unique(pages):
    titles = {path: visit.html.title.get_text(strip=True) for path, visit in pages.items()}
    counted = Counter(titles.values())

    assert {path: title for path, title in titles.items() if not title or counted[title] > 1} == {}


def test_every_page_has_a_description(pages):
    assert found_on(pages, lambda visit: not visit.meta("description")) == {}


def test_every_page_has_its_own_address_as_canonical(pages):
    found = {
        path: [link["href"] for link in visit.html.select('link[rel="canonical"]')]
        for path, visit in pages.items()
    }

    assert found == {path: [f"http://testserver{path.partition('?')[0]}"] for path in pages}


def test_every_page_declares_its_language(pages):
    found = {path: visit.html.html["lang"] for path, visit in pages.items()}

    assert found == {path: "en" if path.startswith("/en/") else "nl" for path in pages}


def test_every_page_declares_its_language_in_a_header(pages):
    found = {path: visit.response["Content-Language"] for path, visit in pages.items()}

    assert found == {path: "en" if path.startswith("/en/") else "nl" for path in pages}


def test_only_pages_with_a_form_set_a_cookie(pages):
    cookies = found_on(pages, lambda visit: sorted(visit.response.cookies))

    assert {name for names in cookies.values() for name in names} <= {"csrftoken"}
    assert [path for path in cookies if not pages[path].html.select("main form[method=post]")] == []


def test_no_proxy_stores_a_page_that_sets_a_cookie(pages):
    kept = found_on(
        pages,
        lambda visit: visit.response.cookies and "private" not in visit.response["Cache-Control"],
    )

    assert kept == {}


def test_no_page_varies_on_the_language_of_the_browser(pages):
    assert found_on(pages, lambda visit: "Accept-Language" in visit.response.get("Vary", "")) == {}


def test_the_content_security_policy_is_strict(pages):
    def policy(visit):
        header = visit.response["Content-Security-Policy"]
        return dict(rule.strip().split(" ", 1) for rule in header.split(";") if rule.strip())

    def looser(visit):
        return {
            name: value
            for name, value in policy(visit).items()
            if value != (STRICT | YOUTUBE).get(name)
        }

    assert found_on(pages, looser) == {}
    assert found_on(pages, lambda visit: STRICT.keys() - policy(visit).keys()) == {}


def test_frames_are_allowed_only_on_pages_with_a_video(pages):
    framed = found_on(pages, lambda visit: "frame-src" in visit.response["Content-Security-Policy"])
    filmed = found_on(pages, lambda visit: visit.html.select("[data-embed]"))

    assert list(framed) == list(filmed)


def test_no_script_or_style_is_inline(pages):
    def inline(visit):
        scripts = visit.html.select('script:not([src]):not([type="application/ld+json"])')
        styled = visit.html.select("[style], style")
        handlers = [
            tag for tag in visit.html.find_all(True) if any(a.startswith("on") for a in tag.attrs)
        ]
        return scripts + styled + handlers

    assert found_on(pages, inline) == {}


def test_nothing_is_loaded_from_another_host(pages):
    def elsewhere(visit):
        loaded = visit.html.select(
            "script[src], img[src], iframe[src], source[srcset], video[src], link[href]"
        )
        addresses = [
            tag.get("src") or tag.get("srcset") or tag.get("href")
            for tag in loaded
            if tag.get("rel") not in (["canonical"], ["alternate"])
        ]
        return [address for address in addresses if urlsplit(address).netloc]

    assert found_on(pages, elsewhere) == {}


def test_every_page_has_the_other_security_headers(pages):
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "SAMEORIGIN",
    }

    found = {
        path: {name: visit.response[name] for name in expected} for path, visit in pages.items()
    }

    assert found == dict.fromkeys(pages, expected)


def test_every_page_stays_within_the_limit_of_queries(pages):
    assert {p: visit.queries for p, visit in pages.items() if visit.queries > MOST_QUERIES} == {}


def test_no_visit_makes_a_rendition(pages):
    assert found_on(pages, lambda visit: visit.renditions_made) == {}


def test_every_picture_has_its_size_and_an_alternative_text(pages):
    def lacking(visit):
        return [
            str(img)
            for img in visit.html.select("img")
            if not {"alt", "width", "height"} <= img.attrs.keys()
        ]

    assert found_on(pages, lacking) == {}


def test_no_id_is_used_twice(pages):
    def twice(visit):
        counted = Counter(tag["id"] for tag in visit.html.select("[id]"))
        return [name for name, times in counted.items() if times > 1]

    assert found_on(pages, twice) == {}


def test_every_reference_to_an_id_exists(pages):
    def lost(visit):
        ids = {tag["id"] for tag in visit.html.select("[id]")}
        named = {
            name
            for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for")
            for tag in visit.html.select(f"[{attribute}]")
            for name in tag[attribute].split()
        }
        return named - ids

    assert found_on(pages, lost) == {}


def test_no_internal_link_is_broken(pages):
    links = {
        urljoin(f"http://testserver{path}", link["href"])
        for path, visit in pages.items()
        for link in visit.html.select("a[href]")
    }
    internal = {link for link in links if urlsplit(link).netloc == "testserver"}
    client = Client()
    seen = {path: visit.html for path, visit in pages.items()}
    broken = []

    for link in sorted(internal):
        address, _hash, anchor = link.removeprefix("http://testserver").partition("#")
        if address not in seen:
            response = client.get(address or "/")
            is_html = response.get("Content-Type", "").startswith("text/html")
            seen[address] = (
                BeautifulSoup(response.content if is_html else b"", "html.parser")
                if response.status_code == 200
                else None
            )
        html = seen[address]
        if html is None or (anchor and html.find(id=anchor) is None):
            broken.append(link)

    assert broken == []


def test_no_link_has_a_vague_text(pages):
    def vague(visit):
        return [
            str(link)
            for link in visit.html.select("a[href]")
            if not (link.get_text(strip=True) or link.get("aria-label"))
            or re.fullmatch(r"(klik )?hier|lees meer|meer", link.get_text(strip=True), re.I)
        ]

    assert found_on(pages, vague) == {}


def test_pages_have_structured_data_of_every_kind(pages):
    found = {
        thing["@type"]
        for visit in pages.values()
        for thing in visit.data
        if isinstance(thing["@type"], str)
    }

    assert {
        "EducationalOrganization",
        "Course",
        "EducationEvent",
        "BreadcrumbList",
        "FAQPage",
        "Person",
    } <= found


def test_search_engines_see_the_way_that_readers_see(pages):
    def ways(visit):
        [told] = [row for row in visit.data if row["@type"] == "BreadcrumbList"] or [None]
        seen = [link["href"] for link in visit.html.select(".crumbs a")]
        named = [row["item"] for row in told["itemListElement"][:-1]] if told else []
        return seen != [address.removeprefix("http://testserver") for address in named]

    assert list(found_on(pages, ways)) == ["/cursus/archief/"]  # no page of its own


def test_a_page_without_translation_names_none(pages):
    named = found_on(
        pages, lambda visit: [link["hreflang"] for link in visit.html.select("link[hreflang]")]
    )

    assert named == {}


def test_the_search_page_is_english_under_en(pages):
    english = pages["/en/search/"]

    assert english.html.h1.get_text(strip=True) == "Search"
    assert english.html.select_one(".skip").get_text(strip=True) == "Skip to the content"


def test_dutch_pages_have_no_english_words(pages):
    dutch = {path: visit for path, visit in pages.items() if visit.html.html["lang"] == "nl"}

    assert found_on(dutch, lambda visit: foreign_words_by_text(visit.response.content, "nl")) == {}


def test_the_sitemap_lists_every_page_once_but_dates_of_years_ago(pages, client):
    listed = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    archive = next(path for path in view_paths() if path.endswith("/archief/"))
    a_year_ago = timezone.localdate() - timedelta(days=365)
    gone = {page.url for page in CourseEventPage.objects.filter(last_day__lt=a_year_ago)}
    expected = {*page_paths(), archive} - gone

    assert gone
    assert sorted(listed) == sorted(f"http://testserver{path}" for path in expected)


def test_robots_txt_names_the_sitemap_and_excludes_the_cms(pages, client):
    text = client.get("/robots.txt").content.decode()

    assert text.splitlines()[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert "Disallow: /admin/" in text


def test_only_search_pages_are_hidden_from_search_engines(pages):
    def hidden(visit):
        return "noindex" in visit.response.get("X-Robots-Tag", "") + visit.meta("robots")

    assert list(found_on(pages, hidden)) == [path for path in pages if "/zoeken/" in path] + [
        "/en/search/"
    ]


# --- The number of queries does not depend on the length of a list ---


def queries_of(path):
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def keep_first(queryset, number):
    keep = list(queryset.values_list("pk", flat=True)[:number])
    queryset.exclude(pk__in=keep).delete()


def keep_events(number):
    coming = CourseEventPage.objects.filter(first_day__gte=timezone.localdate())
    for page in list(coming.order_by("first_day"))[number:]:
        page.unpublish()


def set_people(number):
    everybody = list(PersonPage.objects.live())
    for person in everybody[number:]:
        person.unpublish()
    for more in range(number - len(everybody)):
        person = PersonPage(
            title=f"Persoon {more}", profession="Docent", biography="<p>Docent.</p>"
        )
        everybody[0].get_parent().add_child(instance=person)


def keep_testimonials(number):
    page = home.HomePage.objects.get(depth=2, locale__language_code="nl")
    page.testimonials = [("testimonial", row) for row in home.Testimonial.objects.all()[:number]]
    page.save()


LISTS = [
    ("/", keep_events),
    ("/", keep_testimonials),
    ("/", lambda number: keep_first(FaqQuestion.objects.filter(highlight=True), number)),
    ("/", set_people),
    ("/cursus/", keep_events),
    ("/cursus/runningtherapie/", keep_events),
    ("/cursus/runningtherapie/inschrijven/", keep_events),
    ("/mensen/", set_people),
    (
        "/veelgestelde-vragen/",
        lambda number: keep_first(FaqQuestion.objects.order_by("pk"), number),
    ),
    ("/accreditaties/", lambda number: keep_first(Accreditation.objects.order_by("pk"), number)),
    (
        "/zoeken/?q=terugkomdag",
        lambda number: keep_first(FaqQuestion.objects.order_by("pk"), number),
    ),
]


@pytest.mark.parametrize(("path", "set_length"), LISTS)
def test_a_list_of_three_takes_as_many_queries_as_a_list_of_one(loaded_site, path, set_length):
    set_length(3)
    three = queries_of(path)

    set_length(1)

    assert queries_of(path) == three
    assert three <= MOST_QUERIES
