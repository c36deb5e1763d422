import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client

from core.middleware import StaffSession, UntrustedProxy

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

PUBLIC = {
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


@pytest.fixture
def staff(client):
    user = get_user_model().objects.create_superuser("beheer", "beheer@example.nl", "x")
    client.force_login(user)
    return user


def policy(response):
    parts = response["Content-Security-Policy"].split("; ")
    return dict(part.strip(" ;").split(" ", 1) for part in parts if part.strip(" ;"))


def test_a_public_answer_has_every_header(client):
    response = client.get("/robots.txt")
    assert policy(response) == PUBLIC
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert len(response["X-Request-ID"]) == 16
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "accept", "language"),
    [("/", "en", "nl"), ("/en/", "nl", "en"), ("/robots.txt", "en", "nl"), ("/enig/", "en", "nl")],
)
def test_the_address_alone_decides_the_language(client, site_tree, path, accept, language):
    client.cookies["django_language"] = accept
    response = client.get(path, headers={"accept-language": accept})
    assert response["Content-Language"] == language
    assert "Accept-Language" not in response.get("Vary", "")
    assert response.status_code != 302


def test_a_reader_gets_no_cookie(client, site_tree):
    response = client.get("/")
    assert response.status_code == 200
    assert not response.cookies


def test_a_page_that_sets_a_cookie_is_not_stored(client):
    response = client.get("/account/login/")
    assert response.cookies
    assert "no-store" in response["Cache-Control"]


def test_the_cms_has_a_policy_of_its_own(client, staff):
    found = policy(client.get("/admin/"))
    assert found["script-src"] == "'self' 'unsafe-inline'"
    assert found["default-src"] == "'none'"


def test_the_login_page_has_the_strict_policy(client):
    response = client.get("/admin/login/?next=/admin/pages/")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/admin/pages/"
    assert policy(client.get("/account/login/")) == PUBLIC


def test_wagtails_password_reset_leads_to_ours(client):
    assert client.get("/admin/password_reset/")["Location"] == "/account/password/reset/"


def test_nobody_can_create_an_account(client):
    response = client.post(
        "/account/signup/",
        {"username": "x", "password1": "lang-genoeg-12", "email": "x@example.nl"},
    )
    assert "Een account aanmaken kan niet" in response.text
    assert get_user_model().objects.count() == 0


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/users/", "/admin/api/main/"])
def test_the_cms_opens_only_with_a_second_factor(client, settings, staff, path):
    settings.REQUIRE_SECOND_FACTOR = True
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == "/account/2fa/?required=1"


def test_the_cms_opens_with_a_second_factor(client, settings, staff):
    settings.REQUIRE_SECOND_FACTOR = True
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/admin/").status_code == 200


def test_the_pages_to_enrol_a_second_factor_open_without_one(client, settings, staff):
    settings.REQUIRE_SECOND_FACTOR = True
    response = client.get("/account/2fa/?required=1")
    assert response.status_code == 200
    assert 'href="/account/2fa/totp/activate/"' in response.text


def seen(client, path="/admin/", **changes):
    with time_machine.travel(time.time() + changes.get("after", 0), tick=False):
        return client.get(path).status_code == 200


def test_staff_are_logged_out_after_an_idle_hour(client, staff):
    assert seen(client)
    assert seen(client, after=59 * 60)
    assert seen(client, after=118 * 60)
    assert not seen(client, after=178 * 60)


def test_an_open_editor_does_not_keep_staff_logged_in(client, staff):
    assert seen(client)
    with time_machine.travel(time.time() + 40 * 60, tick=False):
        client.get(f"{StaffSession.NO_SIGN_OF_LIFE}ping/")
    assert not seen(client, after=61 * 60)


def test_a_login_lasts_twelve_hours_at_most(client, staff):
    step = 50 * 60
    assert all(seen(client, after=n * step) for n in range(14))
    assert not seen(client, after=12 * 3600 + 60)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (61 * 60, "U bent uitgelogd, omdat u een uur niets hebt gedaan."),
        (12 * 3600 - 1, "U bent uitgelogd: na twaalf uur logt u opnieuw in."),
    ],
)
def test_the_login_page_says_why_somebody_was_logged_out(client, staff, site_tree, after, why):
    with time_machine.travel(time.time(), tick=False) as clock:
        assert seen(client)
        session = client.session
        since, last = session[StaffSession.KEY]
        if after > 2 * 3600:  # busy all day
            session[StaffSession.KEY] = (since - 1, last + after - 60)
            session.save()
        clock.shift(after)
        page = client.get("/admin/", follow=True)
        shown = [str(message) for message in page.context["messages"]]

    assert page.redirect_chain[-1][0] == "/account/login/?next=/admin/"
    assert shown == [why]


def test_a_page_of_the_site_says_nothing_about_a_login_that_ended(client, staff, site_tree):
    assert seen(client)
    with time_machine.travel(time.time() + 61 * 60, tick=False):
        page = client.get("/")

    assert list(page.context["messages"]) == []


def test_the_request_log_has_no_query_and_no_token(client, site_tree, caplog):
    caplog.set_level("INFO", logger="request")
    client.get("/nergens/?q=jan@example.nl")
    assert [entry.getMessage() for entry in caplog.records if entry.name == "request"] == [
        "GET /nergens/"
    ]


@pytest.mark.parametrize(
    ("trust", "given", "taken"),
    [(True, "abcdef12-3456", True), (True, "x y\n", False), (False, "abcdef12-3456", False)],
)
def test_a_request_id_is_taken_from_a_trusted_proxy_only(client, settings, trust, given, taken):
    settings.TRUST_PROXY = trust
    response = client.get("/robots.txt", headers={"x-request-id": given})
    assert (response["X-Request-ID"] == given) is taken


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        ("null", "same-origin", 302),
        ("null", "cross-site", 403),
        ("null", "same-site", 403),
        ("null", None, 403),
        ("https://elsewhere.example", "same-origin", 403),
    ],
)
def test_a_form_without_an_origin_is_accepted_only_from_our_own_pages(db, origin, site, status):
    client = Client(enforce_csrf_checks=True)
    client.get("/account/login/")
    headers = {"origin": origin} | ({"sec-fetch-site": site} if site else {})
    token = client.cookies["csrftoken"].value

    answer = client.post("/account/logout/", {"csrfmiddlewaretoken": token}, headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("redirects", "trusts", "header", "said"),
    [
        (True, False, "https", 1),
        (True, False, "http", 0),
        (True, True, "https", 0),
        (False, False, "https", 0),
    ],
)
def test_a_proxy_that_ends_tls_and_is_not_trusted_is_named_once(
    rf, settings, caplog, redirects, trusts, header, said
):
    settings.SECURE_SSL_REDIRECT, settings.TRUST_PROXY = redirects, trusts
    ask = UntrustedProxy(lambda request: None)
    for _ in range(2):
        ask(rf.get("/", headers={"x-forwarded-proto": header}))
    assert caplog.text.count("Set TRUST_PROXY=1") == said
