"""Addresses asked for in vain are counted per week, and nothing that may be about somebody."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from core import lost, retention
from core.models import LostAddress

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

BROWSER = {"accept": "text/html,application/xhtml+xml"}


def ask(client, *paths, **headers):
    return [client.get(path, headers=BROWSER | headers).status_code for path in paths]


def rows():
    return dict(LostAddress.objects.order_by("path").values_list("path", "times"))


def test_what_is_not_there_is_counted_in_whatever_form_it_is_asked(site_tree, client):
    codes = ask(
        client, "/oude-cursus/", "/Oude-Cursus/", "/oude-cursus/?utm_source=x", "/folder.php"
    )
    assert codes == [404] * 4
    assert rows() == {"/folder.php": 1, "/oude-cursus": 3}
    assert LostAddress.objects.values_list("week").distinct().get()[0].weekday() == 0


def test_what_is_there_or_is_redirected_is_not_counted(site_tree, client):
    Redirect.objects.create(old_path="/oud", redirect_link="/")
    assert ask(client, "/", "/oud/") == [200, 301]
    assert rows() == {}


@pytest.mark.parametrize(
    "path",
    [
        "/inschrijving/abc/",
        "/en/sign-up/abc/",
        "/jan@example.nl/",
        "/tel/0612345678/",
        "/geboren/12-03-1980/",
        "/x/Zk3jQ9vT2mB7wL5xR8nC4pHs/",
        "/0123456789abcdef0123456789abcdef/",
        f"/{'a-' * 40}/",
        f"/{'lang/' * 40}",
    ],
)
def test_what_may_be_about_somebody_is_not_kept(site_tree, client, path):
    assert ask(client, path) == [404]
    assert rows() == {}


@pytest.mark.parametrize(
    "path", ["/wp-login.php", "/.env", "/.git/config", "/backup.zip", "/a.js", "/cgi-bin/x/"]
)
def test_machines_that_try_doors_are_not_counted(site_tree, client, path):
    assert ask(client, path) == [404]
    assert rows() == {}


def test_only_a_page_that_somebody_opens_is_counted(site_tree, client):
    ask(client, "/oud/", accept="image/png")
    client.head("/oud/", headers=BROWSER)
    client.post("/oud/", headers=BROWSER)
    assert rows() == {}


def test_a_machine_cannot_fill_the_table(site_tree, client, monkeypatch):
    monkeypatch.setattr(lost, "MOST_PER_WEEK", 2)
    ask(client, "/een/", "/twee/", "/drie/", "/een/")
    assert rows() == {"/een": 2, "/twee": 1}


def test_it_is_forgotten_after_thirteen_weeks(db):
    today = timezone.localdate()
    for weeks in (14, 12):
        week = lost.week_of(today - timedelta(weeks=weeks))
        LostAddress.objects.create(week=week, path="/oud", times=1)
    retention.remove_due()
    assert [row.week for row in LostAddress.objects.all()] == [
        lost.week_of(today - timedelta(weeks=12))
    ]


def test_staff_make_a_redirect_of_one_in_two_steps(loaded_site, client, admin_client):
    ask(client, "/oude-folder/", "/oude-folder/", "/weg/")
    listed = BeautifulSoup(admin_client.get(reverse("lost:index")).content, "html.parser")
    links = [link for link in listed.select("td a, th a") if "old_path=" in link["href"]]
    assert [link.get_text(strip=True) for link in links] == [
        "/oude-folder", "Maak een doorverwijzing", "/weg", "Maak een doorverwijzing",
    ]  # fmt: skip

    form = BeautifulSoup(admin_client.get(links[1]["href"]).content, "html.parser")
    assert form.select_one("[name=old_path]")["value"] == "/oude-folder"
    sent = {"old_path": "/oude-folder", "is_permanent": "on", "redirect_link": "/contact/",
            "redirect_page": "", "site": ""}  # fmt: skip
    assert admin_client.post(reverse("wagtailredirects:add"), sent).status_code == 302
    assert [row["path"] for row in lost.in_order()] == ["/weg"]
    answer = client.get("/oude-folder/")
    assert (answer.status_code, answer["Location"]) == (301, "/contact/")


def test_only_who_makes_redirects_sees_the_list(client, site_tree):
    user = get_user_model().objects.create_user("teksten", password="x")
    client.force_login(user)
    assert client.get(reverse("lost:index")).status_code in (302, 403)
