"""The structured data of every page, held against schema.org and against what Google asks for.

`schema_org.json` is an extract of schema.org's release 30.0 (its vocabulary is CC BY-SA 3.0): the
types that this site uses with those above them, their properties with what these may hold, and the
members of three enumerations. A new type is added there from the same release.
"""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from core.models import SiteImage
from people.models import PersonPage

pytestmark = pytest.mark.anywhere

VOCABULARY = json.loads((Path(__file__).parent / "schema_org.json").read_text())
TYPES, PROPERTIES, MEMBERS = (VOCABULARY[name] for name in ("types", "properties", "members"))
LITERALS = {"Text", "URL", "Number", "Integer", "Boolean", "Date", "DateTime", "Time", "Duration"}
LITERALS |= {"CssSelectorType", "XPathType", "Float", "PronounceableText"}

# What Google's documentation of each rich result names, as of November 2026. FAQ results are for
# governments and health authorities only, and there are none for courses any more; what it asked
# for is kept all the same, as others read it.
REQUIRED = {
    "EducationEvent": {"name", "startDate", "location"},
    "Course": {"name", "description", "provider", "offers", "hasCourseInstance"},
    "CourseInstance": {"courseMode", "courseWorkload"},
    "BreadcrumbList": {"itemListElement"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position"},
    "FAQPage": {"mainEntity"},
    "Question": {"name", "acceptedAnswer"},
    "Answer": {"text"},
    "VideoObject": {"name", "thumbnailUrl", "uploadDate"},
    "WebSite": {"name", "url"},
}
RECOMMENDED = {
    # Nobody performs at a course; who teaches it stands at the course.
    "EducationEvent": {
        "description", "endDate", "eventStatus", "image", "organizer",
    },
    "CourseInstance": {"instructor", "location"},
    "VideoObject": {"description", "embedUrl"},
    "EducationalOrganization": {"name", "url", "logo"},
    "Person": {"name", "url"},
}  # fmt: skip


def with_those_above(name):
    found = {name}
    for parent in TYPES[name]:
        found |= with_those_above(parent)
    return found


def things_in(value):
    """Every typed object in a value, however deep."""
    if isinstance(value, list):
        return [thing for entry in value for thing in things_in(entry)]
    if not isinstance(value, dict):
        return []
    inner = [thing for entry in value.values() for thing in things_in(entry)]
    return [value, *inner] if "@type" in value else inner


def faults_of(thing):
    kind = thing["@type"]
    if kind not in TYPES:
        return [f"{kind} is no type that we know"]
    found = []
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        on, holds = PROPERTIES.get(name, ([], []))
        if not with_those_above(kind) & set(on):
            found.append(f"{kind} has no {name}")
            continue
        values = value if isinstance(value, list) else [value]
        found += [f"{kind}.{name}: {entry!r}" for entry in values if not may_hold(holds, entry)]
    return found


def may_hold(holds, value):
    if isinstance(value, dict):
        return bool(with_those_above(value["@type"]) & set(holds))
    for kind in holds:
        if kind in MEMBERS and isinstance(value, str):
            return value.removeprefix("https://schema.org/") in MEMBERS[kind]
    if isinstance(value, str) and value.startswith("http"):
        return bool({*LITERALS, "Thing"} & set(holds))  # an address may stand for the thing itself
    return value not in ("", None) and bool(LITERALS & set(holds))


@pytest.fixture(scope="module")
def data(english_content, django_db_blocker):
    """{path: the objects on the page} of every public page in both languages."""
    from django.test import Client

    with django_db_blocker.unblock():
        client, found = Client(), {}
        for page in Page.objects.live().public().filter(depth__gt=1):
            found[page.url] = read(client, page.url)
    return found


def read(client, path):
    html = BeautifulSoup(client.get(path).content, "html.parser")
    scripts = html.select('script[type="application/ld+json"]')
    return [thing for script in scripts for thing in json.loads(script.string)["@graph"]]


def test_every_type_property_and_value_is_schema_orgs(data):
    faults = {path: [f for thing in things_in(found) for f in faults_of(thing)]
              for path, found in data.items()}  # fmt: skip
    assert {path: found for path, found in faults.items() if found} == {}


def test_what_is_no_part_of_schema_org_is_noticed():
    wrong = {
        "@type": "Person",
        "name": "Noor",
        "shoeSize": 42,
        "affiliation": "Praktijk",
        "image": "",
    }
    offer = {"@type": "Offer", "availability": "https://schema.org/NearlyGone"}
    assert faults_of(wrong) == ["Person has no shoeSize", "Person.affiliation: 'Praktijk'",
                                "Person.image: ''"]  # fmt: skip
    assert faults_of(offer) == ["Offer.availability: 'https://schema.org/NearlyGone'"]
    assert faults_of({"@type": "Marathon"}) == ["Marathon is no type that we know"]


@pytest.mark.parametrize("asked", [REQUIRED, RECOMMENDED], ids=["required", "recommended"])
def test_what_google_asks_for_is_there(data, asked):
    lacking = {}
    for path, found in data.items():
        for thing in found:
            for inner in [thing, *thing.get("hasCourseInstance", [])]:
                if missing := asked.get(inner["@type"], set()) - set(inner):
                    lacking[path] = (inner["@type"], sorted(missing))
    assert lacking == {}


def test_each_kind_of_page_has_its_kind_of_data(data):
    kinds = {path: [thing["@type"] for thing in found] for path, found in data.items()}
    assert kinds["/"] == ["EducationalOrganization", "WebSite"]
    assert kinds["/cursus/"] == ["ItemList", "BreadcrumbList"]
    assert kinds["/runningtherapie/"] == ["VideoObject", "BreadcrumbList"]
    assert kinds["/cursus/runningtherapie/"] == ["Course", "BreadcrumbList"]
    assert kinds["/privacy/"] == ["BreadcrumbList"]


def test_the_institute_has_a_logo_and_the_site_a_name(data):
    institute, site = data["/"]
    assert institute["logo"] == "http://testserver/static/img/icon-512.png"
    assert (site["name"], site["url"]) == ("Runningtherapie.nl", "http://testserver/")
    assert site["publisher"]["@id"] == institute["@id"]


def test_the_list_of_dates_leads_to_each_date_in_order(data):
    [listed] = [thing for thing in data["/cursus/"] if thing["@type"] == "ItemList"]
    places = [entry["position"] for entry in listed["itemListElement"]]
    starts = [
        data[entry["url"].removeprefix("http://testserver")][0]["startDate"]
        for entry in listed["itemListElement"]
    ]
    assert places == list(range(1, len(places) + 1))
    assert len(starts) > 1
    assert starts == sorted(starts)


def test_a_date_is_shown_with_its_own_picture(data):
    [course] = [thing for thing in data["/cursus/runningtherapie/"] if thing["@type"] == "Course"]
    pictures = [run["image"].partition("?")[0] for run in course["hasCourseInstance"]]
    assert pictures == [f"{run['url']}share.png" for run in course["hasCourseInstance"]]
    assert {run["courseWorkload"] for run in course["hasCourseInstance"]} == {"P3D"}


def test_a_person_with_a_portrait_has_an_image(loaded_site, client):
    person, other = PersonPage.objects.filter(locale=loaded_site.locale)[:2]
    person.portrait = SiteImage.objects.create(title="Portret", file=get_test_image_file())
    person.save_revision().publish()
    [told] = [thing for thing in read(client, person.url) if thing["@type"] == "Person"]
    [same] = [thing for thing in read(client, other.url) if thing["@type"] == "Person"]
    assert told["image"].startswith("http://testserver/media/images/")
    assert "image" not in same
    assert faults_of(told) == []
