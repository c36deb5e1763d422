"""What each group can learn about a participant, whatever address or filter it tries."""

import pytest
from django.urls import reverse

from tests.access.conftest import CANARY

pytestmark = pytest.mark.anywhere

WRITTEN = CANARY  # in motivation and remarks
NAME = "Loper"
CHOSEN = ["remarks", "answers", "motivation", "office_note", "code"]
OUTSIDE = ("anonymous", "no group", "Teksten", "Cursussen")


def addresses(made):
    sign_up, roster = made.sign_up, made.roster
    people = reverse("sign_ups:index")
    return [
        people,
        f"{people}?q=loper",
        f"{people}?q={CANARY.lower()}",
        f"{people}?roster={roster.pk}",
        f"{people}?roster={made.other_event.roster.pk}",
        f"{people}?course={made.course_page.pk}",
        f"{people}?state=confirmed&ordering=last_name",
        f"{people}?export=csv",
        f"{people}?roster={roster.pk}&export=csv",
        reverse("sign_ups:index_results"),
        reverse("sign_ups:inspect", args=[sign_up.pk]),
        reverse("sign_ups:inspect", args=[made.other_sign_up.pk]),
        reverse("rosters:edit", args=[roster.pk]),
        reverse("rosters:people", args=[roster.pk]),
        f"{reverse('rosters:people', args=[roster.pk])}?export=csv",
        reverse("rosters:people_results", args=[roster.pk]),
        reverse("rosters:presence", args=[roster.pk]),
        reverse("rosters:certificates", args=[roster.pk]),
        reverse("rosters:messages", args=[roster.pk]),
        reverse("rosters:history", args=[roster.pk]),
        reverse("swaps:index"),
        reverse("refunds:index") + "?show=all",
        reverse("invoices:index"),
        f"{reverse('invoices:index')}?export=csv",
        reverse("outbox:index"),
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_pages:edit", args=[made.event_page.pk]),
    ]


def text_of(response):
    if response.streaming:
        return b"".join(response.streaming_content).decode("utf-8", "ignore")
    return response.text


@pytest.mark.parametrize("role", OUTSIDE)
def test_other_groups_see_no_name(browser, made, role):
    client = browser(role)
    for path in addresses(made):
        assert NAME not in text_of(client.get(path)), path


def test_the_group_for_money_sees_names_but_no_answers(browser, made):
    client = browser("Geld")
    texts = {path: text_of(client.get(path, follow=True)) for path in addresses(made)}
    assert [path for path, text in texts.items() if WRITTEN in text and "?q=" not in path] == []
    assert NAME in texts[reverse("sign_ups:inspect", args=[made.sign_up.pk])]


def test_the_group_for_money_exports_no_column_with_answers(browser, made):
    client = browser("Geld")
    client.post(reverse("sign_ups:columns"), {"column": CHOSEN})
    found = client.get(reverse("sign_ups:index"), {"export": "csv"})
    heading = text_of(found).split("\n")[0]
    for word in ("Antwoorden", "Opmerkingen", "Motivatie", "Notitie"):
        assert word not in heading


@pytest.mark.parametrize("name", ["sign_ups:columns", "rosters:people_columns"])
def test_the_group_for_money_cannot_choose_a_column_with_answers(browser, made, name):
    args = [made.roster.pk] if name.startswith("rosters") else []
    client = browser("Geld")
    client.post(reverse(name, args=args), {"column": CHOSEN})
    for path in addresses(made)[:12]:
        if "?q=" not in path:
            assert WRITTEN not in text_of(client.get(path, follow=True)), path


def test_the_office_sees_answers(browser, made):
    client = browser("Bureau")
    assert WRITTEN in client.get(reverse("sign_ups:inspect", args=[made.sign_up.pk])).text
    client.post(reverse("sign_ups:columns"), {"column": CHOSEN})
    assert WRITTEN in text_of(client.get(reverse("sign_ups:index"), {"export": "csv"}))


@pytest.mark.parametrize(
    ("role", "status"), [("Geld", 302), ("Cursussen", 302), ("Teksten", 302), ("Bureau", 200)]
)
def test_only_the_office_opens_a_file_by_its_token(browser, made, role, status):
    response = browser(role).get(reverse("sign_ups:file", args=[made.upload.token]))
    assert response.status_code == status
    text_of(response)


def test_the_group_for_money_cannot_write_a_note(browser, made):
    browser("Geld").post(reverse("sign_ups:note", args=[made.sign_up.pk]), {"office_note": "x"})
    made.sign_up.refresh_from_db()
    assert made.sign_up.office_note == ""
