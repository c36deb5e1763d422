"""No address of the CMS shows the text or title of a draft to a user who may not edit it."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission
from wagtail_localize.models import TranslationSource

from home.models import ContentPage
from tests.access import addresses, things
from tests.access.conftest import CANARY
from tests.access.test_table import is_listed

pytestmark = [
    pytest.mark.anywhere,
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

# These groups edit no text page, so they may see no more of a draft than a reader of the site.
OTHERS = ("Cursussen", "Bureau", "Geld")
# These name the last edited page of each kind to everybody who edits any page: see docs/rights.md.
KNOWN = {
    "wagtailadmin_reports:page_types_usage",
    "wagtailadmin_reports:page_types_usage_results",
}
CHANGES = (
    "wagtailadmin_pages:copy",
    "wagtailadmin_pages:delete",
    "wagtailadmin_pages:edit",
    "wagtailadmin_pages:lock",
    "wagtailadmin_pages:move",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:preview_on_edit",
    "wagtailadmin_pages:revisions_revert",
    "wagtailadmin_pages:set_privacy",
    "wagtailadmin_pages:unpublish",
    "wagtailadmin_pages:workflow_action",
    "wagtailadmin_choose_page_chosen_multiple",
    "wagtail_localize:submit_page_translation",
    "wagtail_localize:update_translations",
    "wagtail_localize:upload_pofile",
)
SEARCHES = [
    ("wagtailadmin_pages:search", "q"),
    ("wagtailadmin_pages:search_results", "q"),
    ("wagtailadmin_choose_page_search", "q"),
    ("wagtailadmin_choose_page", "q"),
    ("wagtailadmin_api:pages:listing", "search"),
    ("wagtailadmin_tag_autocomplete", "term"),
]


@pytest.fixture
def draft(made):
    """Make the page that all addresses are about one that was never published."""
    for page in ContentPage.objects.filter(pk__in=[made.text_page.pk, made.submitted.pk]):
        page.live, page.has_unpublished_changes = False, True
        page.title = page.draft_title = page.seo_title = page.introduction = f"{CANARY} zingt"
        page.save()
        page.save_revision()
    TranslationSource.objects.filter(pk=made.source.pk).update(object_repr=CANARY)


def admin_addresses():
    return [
        address
        for address in addresses.site_addresses()
        if is_listed(address)
        and (address.route.startswith("admin/"))
        and address.name != "wagtailadmin_error_test"
    ]


def shown(client, path, method="get", **data):
    response = getattr(client, method)(path, data)
    if response.streaming:
        return b"".join(response.streaming_content).decode("utf-8", "replace")
    return response.text + str(response.headers)


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_shows_the_draft(draft, made, browser, role):
    client = browser(role)
    paths = [(address.name, things.path(made, address)) for address in admin_addresses()]
    paths += [(name, f"{reverse(name)}?{key}=zingt") for name, key in SEARCHES]
    seen = [name for name, path in paths if CANARY in shown(client, path).replace(path, "")]
    assert not set(seen) - KNOWN, "\n".join(seen)


@pytest.mark.parametrize("role", OTHERS)
def test_no_post_shows_or_changes_the_draft(draft, made, browser, role):
    """With an empty form, and with the draft as the page to choose, move or translate."""
    client = browser(role)
    page = made.text_page.pk
    for name in CHANGES:
        address = next(found for found in admin_addresses() if found.name == name)
        answer = shown(client, things.path(made, address), "post", id=page, pages=page)
        assert CANARY not in answer, name
    made.text_page.refresh_from_db()
    assert (made.text_page.live, made.text_page.get_parent().pk) == (False, made.home.pk)
    assert not ContentPage.objects.filter(alias_of=page).exists()


@pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish", "submit_translation"])
def test_no_bulk_action_shows_or_changes_the_draft(draft, made, browser, action):
    path = f"/admin/bulk/wagtailcore/page/{action}/?id={made.text_page.pk}&next=/admin/"
    client = browser("Cursussen")
    assert CANARY not in shown(client, path)
    assert CANARY not in shown(client, path, "post")
    assert ContentPage.objects.filter(pk=made.text_page.pk, live=False).exists()


def test_a_group_may_edit_one_language_only(draft, made, browser, people):
    """Rights belong to a page and those below it, and each language has its own tree."""
    english = made.text_page.get_translation(made.english)
    group = Group.objects.create(name="Alleen Nederlands")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group, page=made.home, permission=Permission.objects.get(codename=codename)
        )
    people["Geld"].groups.set([group])
    client = browser("Geld")
    dutch, foreign = (
        client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        for page in (made.text_page, english)
    )
    assert (dutch.status_code, foreign.status_code) == (200, 302)


# --- The second route: the id of a draft in whatever holds the id of a page -----------------------

PAGE_ARGUMENTS = {"page_id", "page_pk", "page_to_move_id", "parent_page_id", "destination_id"}
QUERIES = [
    ("wagtailadmin_choose_page_chosen_multiple", (), "id={pk}&id={pk}"),
    ("wagtailadmin_choose_page", (), "parent={pk}"),
    ("wagtailadmin_choose_page", (), "page_type=home.contentpage&user_perms=move_to"),
    ("wagtailadmin_choose_page_search", (), "q=zingt&page_type=wagtailcore.page"),
    ("wagtailadmin_choose_page_search", (), "q={pk}"),
    ("wagtailadmin_pages:search", (), "q={pk}"),
    ("wagtailadmin_pages:search", (), "q=zingt&locale=en"),
    ("wagtailadmin_explore_root", (), "q=zingt"),
    ("wagtailadmin_api:pages:listing", (), "child_of={pk}"),
    ("wagtailadmin_api:pages:listing", (), "descendant_of={pk}&for_explorer=1"),
    ("wagtailadmin_api:pages:listing", (), "ancestor_of={pk}"),
    ("wagtailadmin_api:pages:listing", (), "translation_of={pk}"),
    ("wagtailadmin_api:pages:listing", (), "id={pk}"),
    ("wagtailadmin_api:pages:listing", (), "fields=*"),
    ("wagtailadmin_reports:site_history", (), "label=zingt"),
    ("wagtail_localize:translations_report", (), "source_title=zingt"),
    *[
        (
            "wagtail_bulk_action",
            ("wagtailcore", "page", action),
            "id={pk}&childOf={pk}&next=/admin/",
        )
        for action in ("delete", "move", "publish", "unpublish")
    ],
]
POSTS = [
    ("wagtailadmin_pages:copy", "course_page", ("new_parent_page",)),
    ("wagtailadmin_pages:move", "course_page", ("new_parent_page",)),
    ("wagtailadmin_pages:choose_parent", "", ("parent_page",)),
    ("wagtailadmin_choose_page_external_link", "", ("external-link-chooser-url",)),
]


def a_draft(made):
    return made.text_page


def a_draft_below_a_draft(made):
    draft = ContentPage(title=f"{CANARY} zingt", slug=f"{CANARY}-2".lower(), live=False)
    found = made.text_page.add_child(instance=draft)
    found.save_revision()
    return found


def a_translated_draft(made):
    found = made.text_page.get_translation(made.english)
    found.title = found.draft_title = f"{CANARY} zingt"
    found.live = False
    found.save(clean=False)
    return found


def a_new_title_of_a_live_page(made):
    found = ContentPage(title="Gewoon", slug="gewoon")
    found = ContentPage.objects.get(pk=made.home.add_child(instance=found).pk)
    found.save_revision().publish()
    found = ContentPage.objects.get(pk=found.pk)
    found.title = f"{CANARY} zingt"
    found.save_revision()
    return ContentPage.objects.get(pk=found.pk)


@pytest.mark.parametrize(
    "kind", [a_draft, a_draft_below_a_draft, a_translated_draft, a_new_title_of_a_live_page]
)
@pytest.mark.parametrize("role", OTHERS)
def test_no_second_route_leads_to_a_title(draft, made, browser, role, kind):
    page = kind(made)
    client = browser(role)
    paths = []
    for address in admin_addresses():
        about_api = address.namespace == "wagtailadmin_api:pages"
        for name in (PAGE_ARGUMENTS | ({"pk"} if about_api else set())) & {*address.arguments}:
            given = {key: things.argument(made, address, key) for key in address.arguments}
            paths.append((address.name, reverse(address.name, kwargs=given | {name: page.pk})))
    paths += [
        (name, f"{reverse(name, args=args)}?{query.format(pk=page.pk)}")
        for name, args, query in QUERIES
    ]
    seen = {path for name, path in paths if CANARY in shown(client, path).replace(path, "")}
    for name, of, fields in POSTS:
        args = [getattr(made, of).pk] if of else []
        args = ["courses", "coursepage"] if name.endswith("choose_parent") else args
        value = page.full_url if "url" in fields[0] else page.pk
        data = {**dict.fromkeys(fields, value), "new_title": "X", "new_slug": "x"}
        path = reverse(name, args=args)
        if CANARY in shown(client, path, "post", **data):
            seen.add(f"POST {path} {data}")
    assert {path for path in seen if "page-types-usage" not in path} == set()


def test_who_may_edit_it_sees_its_newest_title(draft, made, browser):
    page = a_new_title_of_a_live_page(made)
    for address in ("wagtailadmin_choose_page_child", "wagtailadmin_pages:edit"):
        parent = page.get_parent() if address.endswith("child") else page
        assert CANARY in shown(browser("Teksten"), reverse(address, args=[parent.pk]))
