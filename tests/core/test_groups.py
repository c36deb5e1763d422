"""Who may do what in the CMS: the written table, checked address by address."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import GroupPagePermission, Workflow

from courses.domain import sign_ups
from courses.models import CourseIndexPage, SignUp, Upload
from faq.models import FaqTopic
from home.models import Testimonial as Quotation  # pytest takes Test... for tests
from mail.models import OutgoingMail
from tests.courses.office.conftest import *  # noqa: F403  a course, a date, people, browsers

pytestmark = pytest.mark.anywhere

CANARY = "Kanariepiet"

# A login page, a refusal, or the thing itself.
LOGIN, NO, YES = "login", "no", "yes"
EVERYBODY_OF_STAFF = {"": LOGIN, "no group": LOGIN, "Teksten": YES, "Bureau": YES, "Beheer": YES}
TEXTS = EVERYBODY_OF_STAFF | {"Bureau": NO}
OFFICE = EVERYBODY_OF_STAFF | {"Teksten": NO}
MANAGEMENT = EVERYBODY_OF_STAFF | {"Teksten": NO, "Bureau": NO}

TABLE = [
    ("wagtailadmin_home", (), EVERYBODY_OF_STAFF),
    ("wagtailadmin_pages:edit", ("event_page",), EVERYBODY_OF_STAFF),
    ("wagtailadmin_pages:copy", ("event_page",), EVERYBODY_OF_STAFF),
    ("wagtailadmin_pages:edit", ("home_page",), TEXTS),
    ("wagtailadmin_pages:history", ("home_page",), TEXTS),
    ("wagtailimages:add", (), TEXTS),
    ("wagtaildocs:add", (), EVERYBODY_OF_STAFF),
    ("wagtailsnippets_faq_faqquestion:list", (), TEXTS),
    ("wagtailsnippets_faq_faqquestion:add", (), TEXTS),
    ("wagtailsnippets_faq_faqtopic:list", (), TEXTS),
    ("wagtailsnippets_faq_faqtopic:edit", ("topic",), TEXTS),
    ("wagtailsnippets_home_testimonial:list", (), TEXTS),
    ("wagtailsnippets_home_testimonial:edit", ("testimonial",), TEXTS),
    ("wagtailsnippets_core_sitetexts:list", (), TEXTS),
    ("sign_ups:index", (), OFFICE),
    ("sign_ups:index_results", (), OFFICE),
    ("sign_ups:inspect", ("sign_up",), OFFICE),
    ("sign_ups:accept", ("sign_up",), OFFICE),
    ("sign_ups:decline", ("sign_up",), OFFICE),
    ("sign_ups:record_payment", ("sign_up",), OFFICE),
    ("sign_ups:cancel", ("sign_up",), OFFICE),
    ("sign_ups:file", ("token",), OFFICE),
    ("rosters:index", (), OFFICE),
    ("rosters:index_results", (), OFFICE),
    ("rosters:edit", ("roster",), OFFICE),
    ("rosters:presence", ("roster",), OFFICE),
    ("rosters:certificates", ("roster",), OFFICE),
    ("rosters:history", ("roster",), OFFICE),
    ("rosters:history_results", ("roster",), OFFICE),
    ("refunds:index", (), OFFICE),
    ("refunds:index_results", (), OFFICE),
    ("invoices:index", (), OFFICE),
    ("invoices:index_results", (), OFFICE),
    ("outbox:index", (), OFFICE),
    ("outbox:inspect", ("mail",), OFFICE),
    ("mail_texts:index", (), OFFICE),
    ("wagtailsettings:edit", ("core", "sitesettings", "site_id"), MANAGEMENT),
    ("wagtailusers_users:index", (), MANAGEMENT),
    ("wagtailusers_users:add", (), MANAGEMENT),
    ("wagtailusers_groups:index", (), MANAGEMENT),
    ("wagtailredirects:index", (), MANAGEMENT),
    ("wagtaillocales:index", (), MANAGEMENT),
    ("wagtailsites:index", (), MANAGEMENT),
    ("wagtailadmin_workflows:index", (), MANAGEMENT),
]
# A download takes no POST; Wagtail's editors stumble over an empty one, once it is let in.
NO_EMPTY_POST = ("sign_ups:file", "wagtailadmin_pages:copy", "wagtailadmin_pages:edit")
NO_EMPTY_POST += ("wagtailsettings:edit",)
ADDRESSES = [(name, args) for name, args, _allowed in TABLE]
ROLES = list(EVERYBODY_OF_STAFF)


@pytest.fixture
def things(event, make_sign_up, site_tree):
    """One of everything, and somebody whose name no text editor may ever read."""
    upload = Upload(name=f"{CANARY}.pdf", content_type="application/pdf", size=8)
    upload.file.save("uploads/abc.pdf", ContentFile(b"%PDF-1.4"))
    sign_up = make_sign_up(
        last_name=CANARY,
        email=f"{CANARY}@example.nl",
        admission="exception",
        motivation=CANARY,
        remarks=CANARY,
        answers=(sign_ups.Given("bewijs", CANARY, "", upload.pk),),
        buyer=sign_ups.Buyer(CANARY, "1234 AB", CANARY, organisation=CANARY),
    )
    topic = FaqTopic.objects.create(name="Betalen", slug="betalen", locale=site_tree.locale)
    testimonial = Quotation.objects.create(
        heading="Kop", quote="Woorden", name="Iemand", locale=site_tree.locale
    )
    return {
        "event_page": event.page.pk,
        "home_page": site_tree.pk,
        "sign_up": sign_up.pk,
        "token": upload.token,
        "roster": event.roster.pk,
        "mail": OutgoingMail.objects.first().pk,
        "topic": topic.pk,
        "testimonial": testimonial.pk,
        "site_id": site_tree.get_site().pk,
    }


def outcome(response):
    if response.status_code == 403:
        return NO
    if response.status_code == 302 and response.url.startswith("/account/login/"):
        return LOGIN
    if response.status_code == 302 and response.url in ("/admin/", "/"):
        return NO
    assert response.status_code < 500
    if response.streaming:
        b"".join(response.streaming_content)
    return YES


def address(name, args, things):
    return reverse(name, args=[things.get(arg, arg) for arg in args])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES)
def test_table(things, make_client, role, method):
    client = make_client(role or None)
    found = {}
    expected = {}
    for name, args, allowed in TABLE:
        if method == "post" and name in NO_EMPTY_POST and allowed[role] == YES:
            continue
        response = getattr(client, method)(address(name, args, things))
        found[name, args] = outcome(response)
        expected[name, args] = allowed[role]
    assert found == expected


def test_refused_post_changes_nothing(things, make_client):
    client = make_client("Teksten")
    for verb in ("accept", "decline", "record_payment", "cancel"):
        client.post(reverse(f"sign_ups:{verb}", args=[things["sign_up"]]))
    client.post(reverse("rosters:edit", args=[things["roster"]]), {"state": "closed"})
    sign_up = SignUp.objects.select_related("roster").get()
    assert (sign_up.state, sign_up.roster.state) == ("review", "planned")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_is_for_the_office(things, make_client, form):
    assert outcome(make_client("Teksten").get("/admin/sign-ups/", {"export": form})) == NO
    assert outcome(make_client("Bureau").get("/admin/sign-ups/", {"export": form})) == YES


def test_seeing_is_not_deciding(things, make_client):
    client = make_client("no group")
    client.user.user_permissions.add(
        Permission.objects.get(codename="access_admin"),
        Permission.objects.get(codename="view_signup"),
    )
    page = client.get(reverse("sign_ups:inspect", args=[things["sign_up"]]))
    assert CANARY in page.text
    assert page.context["verbs"] == []
    cancel = reverse("sign_ups:cancel", args=[things["sign_up"]])
    assert outcome(client.post(cancel)) == NO


def test_no_text_editor_reads_a_name(things, make_client, office):
    client = make_client("Teksten")
    sign_up = things["sign_up"]
    office.post(reverse("sign_ups:accept", args=[sign_up]))
    office.post(reverse("rosters:edit", args=[things["roster"]]), {"state": "going_ahead"})
    event = things["event_page"]
    addresses = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_pages:search") + "?q=kanarie",
        reverse("wagtailadmin_pages:edit", args=[event]),
        reverse("wagtailadmin_pages:history", args=[event]),
        reverse("wagtailadmin_pages:usage", args=[event]),
        reverse("wagtailadmin_pages:delete", args=[event]),
        reverse("wagtailadmin_pages:unpublish", args=[event]),
        reverse("wagtailadmin_pages:copy", args=[event]),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailadmin_reports:page_types_usage"),
        reverse("wagtailadmin_reports:locked_pages"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtaildocs:index") + "?q=kanarie",
        reverse("wagtailimages:index") + "?q=kanarie",
        reverse("wagtaildocs_chooser:choose") + "?q=kanarie",
        reverse("wagtailadmin_choose_page") + "?q=kanarie",
        reverse("wagtailsnippets:index"),
        reverse("wagtailsnippets_faq_faqquestion:list") + "?q=kanarie",
        reverse("wagtailadmin_tag_autocomplete") + "?term=kanarie",
        "/admin/api/main/pages/?search=kanarie",
        *(address(name, args, things) for name, args in ADDRESSES),
    ]
    for path in addresses:
        response = client.get(path, follow=True)
        assert CANARY not in response.text, path
    assert CANARY in office.get("/admin/sign-ups/").text


def test_menu_shows_what_opens(make_client, things):
    for role, shown, hidden in (
        ("Teksten", ("/admin/snippets/faq/faqquestion/",), ("/admin/sign-ups/", "/admin/outbox/")),
        ("Bureau", ("/admin/sign-ups/", "/admin/rosters/"), ("/admin/snippets/faq/faqquestion/",)),
        ("Beheer", ("/admin/sign-ups/", "/admin/users/"), ()),
    ):
        text = make_client(role).get("/admin/").text
        for path in shown:
            assert path in text, (role, path)
        for path in hidden:
            assert path not in text, (role, path)


def test_cms_is_dutch_for_who_chose_nothing(make_client, things):
    response = make_client("Teksten").get("/admin/")
    assert '<html lang="nl"' in response.text
    assert "Afbeeldingen" in response.text
    assert "Citaten" in response.text
    assert "Menu en voet" in response.text
    assert "Welkom, " in response.text


def test_start_page_counts_for_the_office_only(things, make_client, office):
    response = office.get("/admin/")
    assert "wachten op uw besluit" in response.text
    assert "/admin/sign-ups/?state=review" in response.text
    assert "wachten op uw besluit" not in make_client("Teksten").get("/admin/").text


def test_start_page_says_when_nothing_waits(course, office):
    assert "Er wacht niets op u" in office.get("/admin/").text


def test_groups_of_wagtail_are_gone(db):
    assert set(Group.objects.values_list("name", flat=True)) == {"Teksten", "Bureau", "Beheer"}
    workflow = Workflow.objects.get()
    assert workflow.name == "Controle door een collega"
    assert workflow.tasks.get().specific.groups.get().name == "Beheer"


def test_office_edits_courses_and_nothing_else(course):
    index = CourseIndexPage.objects.get()
    pages = GroupPagePermission.objects.filter(group__name="Bureau")
    assert set(pages.values_list("page", flat=True)) == {index.pk}
    pages.all().delete()
    index.save_revision().publish()
    assert not pages.all().exists()  # a later publication does not undo what Beheer decided
