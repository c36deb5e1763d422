"""The links in everything that is published, and which of those to our own site are broken."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupPagePermission

from core import periodic, to_do
from core.broken_links import finding, signals
from core.models import ExternalAddress, JobRun, Link, SiteSettings
from faq.models import FaqQuestion, FaqTopic
from home.models import ContentPage
from tests import factories
from tests.courses.office.conftest import make_client  # noqa: F401

pytestmark = pytest.mark.anywhere

Problem = Link.Problem


@pytest.fixture
def page(site_tree):
    page = ContentPage(title="Uitleg", slug="uitleg")
    site_tree.add_child(instance=page)
    return page


def write(page, html):
    section = {"heading": "Kop", "anchor": "kop", "body": html}
    page.body = [("section", section)]
    page.save_revision().publish()
    finding.search()
    return {link.text: link.problem for link in Link.objects.filter(object_id=page.pk)}


def test_links_to_pages(page, site_tree):
    draft = ContentPage(title="Concept", slug="concept", live=False)
    site_tree.add_child(instance=draft)
    found = write(
        page,
        f'<p><a linktype="page" id="{site_tree.pk}">thuis</a>'
        f' <a linktype="page" id="{draft.pk}">concept</a>'
        ' <a linktype="page" id="99999">weg</a></p>',
    )
    assert found == {"thuis": "", "concept": Problem.UNPUBLISHED, "weg": Problem.GONE}


def test_links_to_paths_of_our_site(page):
    Redirect.objects.create(old_path="/oud", redirect_link="/uitleg/")
    found = write(
        page,
        '<p><a href="/uitleg/">goed</a> <a href="http://testserver/uitleg/">heel</a>'
        ' <a href="/zoeken/?q=x">zoeken</a> <a href="/oud/">verwezen</a>'
        ' <a href="/weg/">weg</a> <a href="http://testserver/weg/">heel weg</a>'
        ' <a href="example.nl">zonder begin</a></p>',
    )
    gone = dict.fromkeys(("weg", "heel weg", "zonder begin"), Problem.NOT_FOUND)
    assert found == {"goed": "", "heel": "", "zoeken": "", "verwezen": "", **gone}


def test_links_to_an_anchor_on_a_page(page):
    found = write(
        page,
        '<p><a href="#kop">hier</a> <a href="/uitleg/#kop">daar</a>'
        ' <a href="#niets">mis</a> <a href="/uitleg/#niets">ook mis</a></p>',
    )
    missed = dict.fromkeys(("mis", "ook mis"), Problem.NO_ANCHOR)
    assert found == {"hier": "", "daar": "", **missed}


def test_links_without_a_usable_address(page):
    found = write(
        page,
        '<p><a>kaal</a> <a href="">leeg</a> <a href="javascript:x()">code</a>'
        ' <a href="mailto:a@example.nl">mail</a> <a href="tel:06">bel</a>'
        ' <a href="https://example.nl/">https://example.nl/</a></p>',
    )
    nowhere = dict.fromkeys(("kaal", "leeg", "code"), Problem.NOWHERE)
    assert found == {**nowhere, "https://example.nl/": Problem.BARE}


def test_links_outside_pages(site_tree):
    topic = FaqTopic.objects.create(name="T", slug="t", locale=site_tree.locale)
    answer = '<p><a linktype="page" id="99999">weg</a> <a href="https://a.example/">daar</a></p>'
    FaqQuestion.objects.create(topic=topic, question="V", answer=answer, locale=site_tree.locale)
    SiteSettings.objects.create(site=site_tree.get_site(), evaluation_url="https://b.example/")
    finding.search()

    kinds = {(link.content_type.model, link.problem) for link in Link.objects.all()}
    assert kinds == {("faqquestion", Problem.GONE), ("faqquestion", ""), ("sitesettings", "")}
    urls = set(ExternalAddress.objects.values_list("url", flat=True))
    assert urls == {"https://a.example/", "https://b.example/"}


def test_unpublished_pages_are_not_searched(page):
    page.unpublish()
    finding.search()
    assert not Link.objects.filter(object_id=page.pk).exists()


def test_addresses_without_a_link_are_removed(page):
    write(page, '<p><a href="https://a.example/">a</a></p>')
    kept = ExternalAddress.objects.get()
    write(page, '<p><a href="https://a.example/">b</a> <a href="https://c.example/">c</a></p>')
    assert kept in ExternalAddress.objects.all()
    write(page, "<p>Niets.</p>")
    assert not ExternalAddress.objects.exists()


def test_publishing_makes_the_job_due(page, django_capture_on_commit_callbacks):
    job = periodic.discover()[signals.JOB]
    periodic.run_due([job])
    assert periodic.run_due([job]) == []
    for change in (page.save_revision().publish, page.unpublish):
        with django_capture_on_commit_callbacks(execute=True):
            change()
        assert periodic.run_due([job]) == [signals.JOB]


# --- The report ------------------------------------------------------------------------------


def test_the_report_says_what_is_wrong_and_links_to_the_editor(page, make_client):  # noqa: F811
    write(page, '<p><a href="/weg/">weg</a> <a href="https://a.example/">elders</a></p>')
    ExternalAddress.objects.update(trouble="not_found", failures=1)
    client = make_client("Teksten")
    text = client.get(reverse("broken_links:index")).text

    assert "Leidt naar een adres van deze site dat niet bestaat" in text
    assert "De pagina bestaat niet meer" in text
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in text
    [line] = [item for item in to_do.for_user(client.user) if item.icon == "link"]
    assert (line.number, line.label) == (2, "kapotte links")


def test_the_title_of_a_draft_is_shown_only_to_those_who_may_see_it(site_tree, make_client):  # noqa: F811
    course = factories.course()
    client = make_client("Cursussen")
    may = {"page": course, "permission": Permission.objects.get(codename="change_page")}
    GroupPagePermission.objects.create(group=client.user.groups.get(), **may)
    draft = ContentPage(title="Geheim plan", slug="geheim", live=False)
    site_tree.add_child(instance=draft)
    course.admission = f'<p><a linktype="page" id="{draft.pk}">Lees</a></p>'
    course.save_revision().publish()
    finding.search()

    address = reverse("broken_links:index")
    shown, owner = client.get(address).text, make_client("superuser").get(address).text

    assert ("een concept" in shown, "Geheim plan" in shown) == (True, False)
    assert "Geheim plan" in owner


def test_the_report_needs_no_more_queries_for_more_links(
    page,
    make_client,  # noqa: F811
    django_assert_max_num_queries,
):
    write(page, "".join(f'<p><a href="/weg/{number}/">weg</a></p>' for number in range(30)))
    client = make_client("superuser")
    with django_assert_max_num_queries(20):
        assert client.get(reverse("broken_links:index")).text.count("/weg/") == 30


def test_staff_who_change_no_pages_see_no_report(make_client):  # noqa: F811
    client = make_client("Geld")
    report, check = (reverse(f"broken_links:{name}") for name in ("index", "check"))
    JobRun.objects.create(name=signals.JOB, due_at="2030-01-01T00:00Z")

    answers = [client.get(report), client.post(report), client.post(check)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/admin/")] * 3
    assert client.get(check).status_code == 405
    assert JobRun.objects.get(name=signals.JOB).due_at.year == 2030


def test_check_again_makes_everything_due(page, make_client):  # noqa: F811
    write(page, '<p><a href="https://a.example/">elders</a></p>')
    periodic.run_due([periodic.discover()[signals.JOB]])
    ExternalAddress.objects.update(checked_at="2027-01-01T00:00Z")
    before = JobRun.objects.get(name=signals.JOB).due_at

    make_client("Teksten").post(reverse("broken_links:check"))

    assert JobRun.objects.get(name=signals.JOB).due_at < before
    assert ExternalAddress.objects.get().checked_at is None
