"""Staff log in through allauth: name or address and password, then a second factor."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.core import mail

pytestmark = pytest.mark.django_db
PASSWORD = "een-lang-wachtwoord"


@pytest.fixture
def staff(site_tree):
    return get_user_model().objects.create_superuser("beheer", "beheer@example.nl", PASSWORD)


@pytest.fixture
def secret(staff):
    made = totp.generate_totp_secret()
    totp.TOTP.activate(staff, made)
    RecoveryCodes.activate(staff)
    return made


def code_for(secret):
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def log_in(client, login="beheer", password=PASSWORD):
    return client.post("/account/login/", {"login": login, "password": password})


def second(client, code):
    return client.post("/account/2fa/authenticate/", {"code": code})


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize("login", ["beheer", "beheer@example.nl"])
def test_name_or_address_and_password(client, staff, login):
    assert log_in(client, login)["Location"] == "/admin/"
    assert is_in(client)


def test_the_password_alone_is_not_enough(client, staff, secret):
    assert log_in(client)["Location"] == "/account/2fa/authenticate/"
    assert not is_in(client)
    assert second(client, "000000").status_code == 200
    assert not is_in(client)
    assert second(client, code_for(secret))["Location"] == "/admin/"
    assert is_in(client)


def test_each_code_works_once(client, staff, secret):
    code = code_for(secret)
    log_in(client)
    second(client, code)
    client.post("/account/logout/")

    log_in(client)
    second(client, code)
    assert not is_in(client)


def test_each_recovery_code_works_once(client, staff, secret):
    row = Authenticator.objects.get(user=staff, type=Authenticator.Type.RECOVERY_CODES)
    code = row.wrap().get_unused_codes()[0]
    log_in(client)
    second(client, code)
    assert is_in(client)
    client.post("/account/logout/")

    log_in(client)
    second(client, code)
    assert not is_in(client)


def refusal(response):
    text = re.sub(r'(csrfmiddlewaretoken" value|name="login" value)="[^"]*"', "", response.text)
    return re.sub(r'value="(beheer|niemand)"', "", text)


def test_nobody_learns_who_has_a_login(client, staff):
    known = log_in(client, "beheer", "fout")
    unknown = log_in(client, "niemand", "fout")
    assert known.status_code == unknown.status_code == 200
    assert refusal(known) == refusal(unknown)


def test_guessing_is_slowed_down(client, staff):
    for _ in range(10):
        log_in(client, password="fout")
    assert not log_in(client).has_header("Location")


def test_the_reset_mail_is_the_same_page_for_all(client, staff):
    known = client.post("/account/password/reset/", {"email": "beheer@example.nl"})
    unknown = client.post("/account/password/reset/", {"email": "niemand@example.nl"})
    assert known["Location"] == unknown["Location"] == "/account/password/reset/done/"
    to_staff = next(message for message in mail.outbox if message.to == ["beheer@example.nl"])
    assert "http://testserver/account/password/reset/key/" in to_staff.body


def test_a_mail_server_that_is_away_is_no_error_page(client, staff, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    response = client.post("/account/password/reset/", {"email": "beheer@example.nl"})
    assert response["Location"] == "/account/password/reset/done/"


@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/password/reset/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/logout/",
    ],
)
def test_account_pages_are_ours(client, staff, path):
    if path not in ("/account/login/", "/account/password/reset/"):
        log_in(client)
        client.post("/account/reauthenticate/", {"password": PASSWORD})
    response = client.get(path)
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert '<main id="main"' in response.text
    assert "style=" not in response.text
    assert '<meta name="robots" content="noindex">' in response.text


def test_wagtails_own_ways_in_are_closed(client, staff):
    assert client.get("/admin/login/")["Location"].startswith("/account/login/")
    posted = client.post("/admin/login/", {"username": "beheer", "password": PASSWORD})
    assert posted["Location"].startswith("/account/login/")
    assert not is_in(client)
    assert client.get("/django-admin/").status_code == 404
