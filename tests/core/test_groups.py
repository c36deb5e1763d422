"""What the groups of staff see in the CMS. tests/access checks every single address."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from wagtail import hooks
from wagtail.models import GroupPagePermission, Workflow

from core.models import User
from courses.domain import sign_ups
from courses.models import CourseIndexPage, SignUp, Upload
from faq.models import FaqTopic
from home.models import Testimonial as Quotation  # pytest takes Test... for tests
from mail.models import OutgoingMail
from tests.courses.office.conftest import *  # noqa: F403  a course, a date, people, browsers

pytestmark = pytest.mark.anywhere

CANARY = "Kanariepiet"

NO, YES = "no", "yes"


@pytest.fixture
def things(event, make_sign_up, site_tree):
    """One of everything, and a participant whose name no editor of texts may ever read."""
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
    if response.status_code == 302 and response.url in ("/admin/", "/"):
        return NO
    assert response.status_code < 500
    if response.streaming:
        b"".join(response.streaming_content)
    return YES


def test_a_refused_post_changes_nothing(things, make_client):
    client = make_client("Teksten")
    for verb in ("accept", "decline", "record_payment", "cancel"):
        client.post(reverse(f"sign_ups:{verb}", args=[things["sign_up"]]))
    client.post(reverse("rosters:edit", args=[things["roster"]]), {"state": "closed"})
    sign_up = SignUp.objects.select_related("roster").get()
    assert (sign_up.state, sign_up.roster.state) == ("review", "planned")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_only_the_office_exports_sign_ups(things, make_client, form):
    assert outcome(make_client("Teksten").get("/admin/sign-ups/", {"export": form})) == NO
    assert outcome(make_client("Bureau").get("/admin/sign-ups/", {"export": form})) == YES


def test_the_right_to_see_sign_ups_allows_no_decisions(things, make_client):
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


def test_an_editor_of_texts_never_sees_a_participant(things, make_client, office):
    client = make_client("Teksten")
    sign_up = things["sign_up"]
    office.post(reverse("sign_ups:accept", args=[sign_up]))
    office.post(reverse("rosters:go_ahead", args=[things["roster"]]), {"seen": "planned"})
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
    ]
    for path in addresses:
        response = client.get(path, follow=True)
        assert CANARY not in response.text, path
    assert CANARY in office.get("/admin/sign-ups/").text


def test_the_menu_shows_what_the_group_may_open(make_client, things):
    for role, shown, hidden in (
        ("Teksten", ("/admin/snippets/faq/faqquestion/",), ("/admin/sign-ups/", "/admin/outbox/")),
        ("Bureau", ("/admin/sign-ups/", "/admin/rosters/"), ("/admin/snippets/faq/faqquestion/",)),
        ("Eigenaar", ("/admin/sign-ups/", "/admin/users/"), ()),
    ):
        text = make_client(role).get("/admin/").text
        for path in shown:
            assert path in text, (role, path)
        for path in hidden:
            assert path not in text, (role, path)


def test_the_cms_is_in_dutch_by_default(make_client, things):
    response = make_client("Teksten").get("/admin/")
    assert '<html lang="nl"' in response.text
    assert "Afbeeldingen" in response.text
    assert "Citaten" in response.text
    assert "Menu en voet" in response.text
    assert "Welkom, " in response.text


def test_wagtails_own_groups_are_replaced(db):
    assert set(Group.objects.values_list("name", flat=True)) == {
        *("Teksten", "Cursussen", "Bureau", "Geld", "Eigenaar")
    }
    workflow = Workflow.objects.get()
    assert workflow.name == "Tweede paar ogen"
    readers = workflow.tasks.get().specific.groups.values_list("name", flat=True)
    assert set(readers) == {"Teksten", "Cursussen", "Eigenaar"}


def test_the_group_for_courses_may_edit_only_courses(course):
    index = CourseIndexPage.objects.get()
    pages = GroupPagePermission.objects.filter(group__name="Cursussen")
    assert set(pages.values_list("page", flat=True)) == {index.pk}
    pages.all().delete()
    index.save_revision().publish()
    assert not pages.all().exists()  # a later publication does not undo a decision of the owner


def written_matrix():
    """{(right, group): whether the second table of docs/rights.md grants it}."""
    text = (settings.BASE_DIR / "docs" / "rights.md").read_text("utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.partition("## Gegevens")[2].splitlines()
        if line.startswith("|")
    ]
    _what, _right, *groups = rows[0]
    return {
        (row[1], group): cell == "ja"
        for row in rows[2:]
        for group, cell in zip(groups, row[2:], strict=True)
    }


def test_the_groups_have_the_rights_in_the_document(db):
    matrix = written_matrix()
    people = {}
    for group in Group.objects.all():
        people[group.name] = User.objects.create(username=group.name)
        people[group.name].groups.add(group)
    assert {key: people[key[1]].has_perm(key[0]) for key in matrix} == matrix
    assert len(matrix) > 100


def test_the_owner_can_tick_every_right_of_courses_in_the_document(db):
    reverse("wagtailadmin_home")  # imports the views that register rights
    shown = {
        f"{row.content_type.app_label}.{row.codename}"
        for register in hooks.get_hooks("register_permissions")
        for row in register()
    }
    of_courses = {right for right, _group in written_matrix() if right.startswith("courses.")}
    assert of_courses - shown == set()


def test_the_group_for_texts_edits_no_dates(make_client, event):
    page = reverse("wagtailadmin_pages:edit", args=[event.page.pk])
    course = event.course
    new = reverse("wagtailadmin_pages:add", args=["courses", "courseeventpage", course.pk])
    for role, may in (("Teksten", NO), ("Cursussen", YES), ("Eigenaar", YES)):
        client = make_client(role)
        assert (outcome(client.get(page)), outcome(client.get(new))) == (may, may)


class TestMigration:
    """The migration of the groups, on an installation where staff changed them."""

    migration = import_module("courses.migrations.0008_staff_groups")

    @pytest.fixture
    def before(self, course):
        """The groups as migration 0002 left them, with a user in each."""
        Group.objects.filter(name__in=["Cursussen", "Geld"]).delete()
        Group.objects.filter(name="Eigenaar").update(name="Beheer")
        office = Group.objects.get(name="Bureau")
        office.permissions.add(Permission.objects.get(codename="change_refund"))
        for permission in Permission.objects.filter(codename__in=self.migration.PAGES):
            GroupPagePermission.objects.create(
                group=office, page=CourseIndexPage.objects.get(), permission=permission
            )
        for group in Group.objects.all():
            User.objects.create(username=group.name).groups.add(group)

    def migrate(self):
        self.migration.split_groups(apps, SimpleNamespace(connection=connection))

    def groups_of(self, name):
        return set(User.objects.get(username=name).groups.values_list("name", flat=True))

    def test_members_of_the_office_lose_no_right(self, before):
        self.migrate()
        assert self.groups_of("Bureau") == {"Bureau", "Cursussen", "Geld"}
        assert self.groups_of("Beheer") == {"Eigenaar"}
        assert self.groups_of("Teksten") == {"Teksten"}
        office = Group.objects.get(name="Bureau")
        assert not office.page_permissions.exists()
        assert not office.permissions.filter(codename="change_refund").exists()

    def test_rights_that_staff_removed_do_not_come_back(self, before):
        office = Group.objects.get(name="Bureau")
        office.page_permissions.all().delete()
        office.permissions.remove(Permission.objects.get(codename="change_refund"))
        self.migrate()
        assert self.groups_of("Bureau") == {"Bureau"}

    def test_groups_of_staff_keep_their_rights_and_may_still_edit_dates(self, before, site_tree):
        own = Group.objects.create(name="Geld")
        other = Group.objects.create(name="Vrijwilligers")
        GroupPagePermission.objects.create(
            group=other, page=site_tree, permission=Permission.objects.get(codename="change_page")
        )
        self.migrate()
        assert not own.permissions.exists()
        assert [row.codename for row in other.permissions.all()] == ["change_courseeventpage"]

    def test_a_group_that_recorded_payments_still_does(self, before):
        rights = Permission.objects.filter(codename__in=["view_signup", "change_signup"])
        other = Group.objects.create(name="Vrijwilligers")
        other.permissions.set(rights)
        self.migrate()
        kept = set(other.permissions.values_list("codename", flat=True))
        assert kept == {"view_signup", "change_signup", "change_payment"}

    def test_deleted_groups_stay_deleted(self, before):
        Group.objects.filter(name__in=["Teksten", "Bureau", "Beheer"]).delete()
        self.migrate()
        names = set(Group.objects.values_list("name", flat=True))
        assert names == {"Cursussen", "Geld", "Eigenaar"}
