"""Staff log in through allauth: username or e-mail address and password, then a second factor."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client

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
def test_staff_log_in_with_username_or_address(client, staff, login):
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


def test_a_failed_login_does_not_reveal_who_has_an_account(client, staff):
    known = log_in(client, "beheer", "fout")
    unknown = log_in(client, "niemand", "fout")
    assert known.status_code == unknown.status_code == 200
    assert refusal(known) == refusal(unknown)


def test_guessing_is_slowed_down(client, staff):
    for _ in range(10):
        log_in(client, password="fout")
    assert not log_in(client).has_header("Location")


def test_asking_for_a_reset_does_not_reveal_who_has_an_account(client, staff):
    known = client.post("/account/password/reset/", {"email": "beheer@example.nl"})
    unknown = client.post("/account/password/reset/", {"email": "niemand@example.nl"})
    assert known["Location"] == unknown["Location"] == "/account/password/reset/done/"
    to_staff = next(message for message in mail.outbox if message.to == ["beheer@example.nl"])
    assert "http://testserver/account/password/reset/key/" in to_staff.body


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
def test_account_pages_have_our_layout(client, staff, path):
    if path not in ("/account/login/", "/account/password/reset/"):
        log_in(client)
        client.post("/account/reauthenticate/", {"password": PASSWORD})
    response = client.get(path)
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert '<main id="main"' in response.text
    assert "style=" not in response.text
    assert '<meta name="robots" content="noindex">' in response.text


def test_wagtails_own_login_is_closed(client, staff):
    assert client.get("/admin/login/")["Location"].startswith("/account/login/")
    posted = client.post("/admin/login/", {"username": "beheer", "password": PASSWORD})
    assert posted["Location"].startswith("/account/login/")
    assert not is_in(client)
    assert client.get("/django-admin/").status_code == 404


# --- What is on the pages ----------------------------------------------------------------------


def page_of(response):
    return BeautifulSoup(response.content, "html.parser")


def focused(response):
    return [tag["name"] for tag in page_of(response).select("[autofocus]")]


def words_for(page, field):
    """(label, [descriptions]) of this field."""
    control = page.select_one(f"[name={field}]")
    label = page.find("label", attrs={"for": control["id"]}).get_text(strip=True)
    about = [page.find(id=name) for name in control.get("aria-describedby", "").split()]
    return label, [" ".join(text.get_text(" ").split()) for text in about]


def test_the_login_page_suits_password_managers_and_the_keyboard(client, site_tree):
    response = client.get("/account/login/")
    page = page_of(response)
    login, password = page.select_one("[name=login]"), page.select_one("[name=password]")
    links = [link["href"] for link in page.select("main a")]

    assert focused(response) == ["login"]
    assert (login["autocomplete"], password["autocomplete"]) == ("username", "current-password")
    assert words_for(page, "login") == ("Gebruikersnaam of e-mailadres", [])
    assert words_for(page, "password") == ("Wachtwoord", [])
    assert links == ["/account/password/reset/"]
    assert page.select("[placeholder]") == []
    assert len(page.select("header .mark")) == 1


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ("beheer", "Deze naam en dit wachtwoord horen niet bij elkaar."),
        ("beheer@example.nl", "Dit e-mailadres en dit wachtwoord horen niet bij elkaar."),
    ],
)
def test_a_wrong_login_is_reported_at_the_password(client, staff, login, said):
    response = log_in(client, login, "fout")
    page = page_of(response)

    assert words_for(page, "password")[1] == [
        f"Fout: {said} Controleer beide en probeer het opnieuw."
    ]
    assert page.select_one("[name=password]")["aria-invalid"] == "true"
    assert page.select_one("[name=login]")["value"] == login
    assert focused(response) == ["password"]
    assert page.title.get_text().split()[:2] == ["Fout:", "Inloggen"]


def test_too_many_failed_logins_say_how_long_to_wait(client, staff):
    for _ in range(11):
        response = log_in(client, password="fout")

    assert words_for(page_of(response), "password")[1] == [
        "Fout: Het is te vaak misgegaan. Wacht vijf minuten en probeer het dan opnieuw."
    ]


def test_a_stranger_who_guesses_locks_nobody_out_who_comes_from_elsewhere(client, staff):
    for _ in range(11):
        log_in(client, password="fout")
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")

    answer = log_in(elsewhere)

    assert (answer.status_code, "password" in focused(answer)) == (302, False)


def test_the_second_step_asks_for_a_code_and_says_what_was_wrong(client, staff, secret):
    log_in(client)
    asked = client.get("/account/2fa/authenticate/")
    answer = second(client, "000000")
    code = page_of(asked).select_one("[name=code]")

    assert code["autocomplete"] == "one-time-code"
    assert (focused(asked), focused(answer)) == (["code"], ["code"])
    assert words_for(page_of(answer), "code") == (
        "Code",
        [
            "Fout: Deze code klopt niet, of is al gebruikt. Vul de code in die nu in de app staat.",
        ],
    )


def test_a_page_with_more_than_its_form_focuses_only_an_error(client, staff):
    log_in(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    asked = client.get("/account/2fa/totp/activate/")
    answer = client.post("/account/2fa/totp/activate/", {"code": "000000"})

    assert (focused(asked), focused(answer)) == ([], ["code"])


def test_a_reset_link_works_once_and_then_says_so(client, staff):
    client.post("/account/password/reset/", {"email": "beheer@example.nl"})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link)["Location"]
    short = client.post(form, {"password1": "kort", "password2": "kort"})
    done = client.post(form, {"password1": "een-ander-woord", "password2": "een-ander-woord"})
    again = Client().get(link)

    assert words_for(page_of(short), "password1")[1][-1] == (
        "Fout: Dit wachtwoord is te kort. Gebruik minstens 12 tekens."
    )
    assert done["Location"] == "/account/password/reset/key/done/"
    assert page_of(again).h1.get_text(strip=True) == "Deze link werkt niet meer"
    assert [link["href"] for link in page_of(again).select("main a")] == [
        "/account/password/reset/"
    ]


def test_nobody_lets_the_site_mail_an_address_without_account(client, staff):
    for email in ("niemand@example.nl", "beheer@example.nl"):
        client.post("/account/password/reset/", {"email": email})

    assert [message.to for message in mail.outbox] == [["beheer@example.nl"]]


def test_logging_out_leads_to_the_login_page(client, staff):
    log_in(client)
    page = client.post("/account/logout/", follow=True)

    assert page.redirect_chain == [("/account/login/", 302)]
    assert [str(message) for message in page.context["messages"]] == ["U bent uitgelogd."]


def test_a_login_page_with_a_lost_token_is_shown_anew(staff):
    strict = Client(enforce_csrf_checks=True)
    strict.get("/account/login/")
    sent = {"login": "beheer", "password": PASSWORD, "csrfmiddlewaretoken": "old"}
    answer = strict.post("/account/login/", sent)
    foreign = strict.post("/account/login/", sent, headers={"origin": "https://example.org"})

    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert foreign.status_code == 403
