"""`manage.py set_up`: the same on an empty database, on a used one, and on every release."""

import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import CommandError, call_command

from core import health, still_missing
from core.models import SiteSettings
from home.models import HomePage

pytestmark = pytest.mark.django_db
ADDRESS = "eigenaar@example.nl"
PASSWORD = "een-lang-wachtwoord"
FACTS = {
    "legal_name": "Stichting Runningtherapie",
    "street": "Dorpsstraat 1",
    "postcode": "7721 AB",
    "city": "Dalfsen",
    "email": "info@example.nl",
    "kvk_number": "12345678",
    "office_email": "bureau@example.nl",
}


def set_up(**options):
    out = io.StringIO()
    call_command("set_up", stdout=out, **options)
    return out.getvalue()


def link_in(text):
    return re.search(r"https?://\S+", text)[0]


@pytest.fixture
def quiet(monkeypatch):
    """Nothing is missing, so that a test can let one thing be missing."""
    monkeypatch.setattr(still_missing, "_checks", [])


def test_a_second_run_changes_nothing(loaded_site, quiet):
    first = set_up()
    home = HomePage.objects.first()
    home.title = "Ons eigen woord"
    home.save_revision().publish()

    assert set_up() == first
    assert first == "Tables: up to date.\nContent: nothing new.\nNothing is missing.\n"
    assert HomePage.objects.first().title == "Ons eigen woord"


def test_a_site_that_staff_emptied_gets_nothing_back(loaded_site, quiet):
    page = HomePage.objects.first().get_children().first()
    page.delete()
    pages = set(HomePage.objects.first().get_descendants().values_list("slug", flat=True))

    set_up()

    assert set(HomePage.objects.first().get_descendants().values_list("slug", flat=True)) == pages


def test_the_address_of_the_site_follows_the_settings(loaded_site, quiet, settings):
    settings.SITE_URL = "https://nieuw.example.nl"
    set_up()
    home = HomePage.objects.first()
    assert home.get_site().hostname == "nieuw.example.nl"


def test_the_owner_chooses_a_password_by_a_link_that_works_once(loaded_site, quiet, client):
    link = link_in(set_up(owner=ADDRESS))

    [sent] = mail.outbox
    assert sent.to == [ADDRESS]
    assert link in sent.body
    form = client.get(link, follow=True)
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(form.request["PATH_INFO"], chosen)
    owner = get_user_model().objects.get(email=ADDRESS)
    assert owner.is_superuser
    assert owner.check_password(PASSWORD)
    client.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    app = client.get("/account/2fa/totp/activate/")
    assert (app.status_code, 'name="code"' in app.text) == (200, True)
    client.logout()
    again = client.get(link, follow=True)
    client.post(again.request["PATH_INFO"], dict.fromkeys(chosen, "een-ander-wachtwoord"))
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_each_release_invites_the_owner_of_the_settings_only_once(loaded_site, quiet, settings):
    settings.OWNER_EMAIL = ADDRESS
    assert "Owner:" in set_up()
    assert "Owner:" not in set_up()
    assert len(mail.outbox) == 1


def test_an_owner_who_lost_the_link_gets_another_until_a_password_is_chosen(loaded_site, quiet):
    set_up(owner=ADDRESS)
    assert link_in(set_up(owner=ADDRESS.upper()))
    owner = get_user_model().objects.get()
    owner.set_password(PASSWORD)
    owner.save()

    assert "nothing sent" in set_up(owner=ADDRESS)
    assert len(mail.outbox) == 2


def test_nobody_else_becomes_owner_of_a_site_that_has_one(loaded_site, quiet):
    get_user_model().objects.create_superuser("beheer", "beheer@example.nl", PASSWORD)
    assert "nothing sent" in set_up(owner=ADDRESS)
    assert not get_user_model().objects.filter(email=ADDRESS).exists()


def test_a_mail_server_that_is_away_stops_nothing(loaded_site, quiet, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    said = set_up(owner=ADDRESS)
    assert "could not be mailed" in said
    assert link_in(said)


def test_what_is_no_address_is_refused(loaded_site, quiet):
    with pytest.raises(CommandError):
        set_up(owner="eigenaar")


def test_what_is_missing_is_named(loaded_site, settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    settings.MAIL_PROVIDER = "postmark"
    said = set_up()

    assert "Nobody can log in" in said
    assert "Fill in under Settings in the CMS: Legal name and form, Street and number" in said
    assert "Mail: the server does not accept us" in said
    assert "Backups: set BACKUP_KEY" in said
    assert "/webhooks/mail/postmark/tracking/" in said


def test_what_is_there_is_not_named(loaded_site, quiet, monkeypatch):
    get_user_model().objects.create_superuser("beheer", "beheer@example.nl", PASSWORD)
    institute = SiteSettings.current()
    SiteSettings.objects.filter(pk=institute.pk).update(**FACTS)
    monkeypatch.setattr(
        still_missing, "_checks", [still_missing.an_owner, still_missing.facts_of_the_institute]
    )
    assert "Nothing is missing." in set_up()


def test_a_check_that_fails_is_a_line_and_stops_no_other(quiet):
    @still_missing.register
    def broken_check():
        raise ValueError("secret")

    still_missing.register(lambda: ["another"])

    assert still_missing.in_words()[1:] == ["another"]
    assert "secret" not in still_missing.in_words()[0]


def test_what_does_not_work_is_named_but_not_the_worker_that_starts_later(loaded_site, monkeypatch):
    states = dict.fromkeys(health.CHECKS, health.OK) | {"worker": "fault", "cache": "fault"}
    monkeypatch.setattr(health, "states", lambda: states)
    monkeypatch.setattr(still_missing, "_checks", [still_missing.what_does_not_work])
    said = set_up()
    assert "The cache (Redis) cannot be reached." in said
    assert "worker" not in said
