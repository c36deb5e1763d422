"""The settings of production, loaded in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from config.mail_providers import ESPS

pytestmark = pytest.mark.anywhere

ROOT = Path(settings.BASE_DIR)
GOOD = dict(
    line.split("=", 1)
    for line in (ROOT / "tests/production.env").read_text().splitlines()
    if line and not line.startswith("#")
)
REQUIRED = [
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "MAIL_PROVIDER",
    "MAIL_FROM",
    "MOLLIE_API_KEY",
    "MOLLIE_WEBHOOK_SECRET",
]
SHOW = """
import json, sys
sys.path[:0] = ["site", "."]
import importlib, os
module = importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
simple = {name: value for name, value in vars(module).items() if type(value) in (str, bool, int)}
print(json.dumps(simple))
"""


def run(command, environment):
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": f"{ROOT}/.venv/bin:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def load(**changes):
    return run([sys.executable, "-c", SHOW], {**GOOD, **changes})


def complaint(**changes):
    """The one line on stderr with which the boot stops."""
    result = load(**changes)
    assert result.returncode == 3
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_a_complete_production_starts():
    result = load()
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout)
    assert values["DEBUG"] is False
    assert values["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert values["REQUIRE_SECOND_FACTOR"] is True
    assert values["MAIL_TRANSPORT"] == "anymail.backends.postmark.EmailBackend"
    assert values["PAYMENT_GATEWAY"] == "mollie"


def test_a_stand_in_for_mollie_may_listen_on_this_machine():
    assert load(MOLLIE_API_URL="http://127.0.0.1:9400").returncode == 0


@pytest.mark.parametrize(("key", "gateway"), [("", "pretend_bank"), ("test_made-up", "mollie")])
def test_the_local_installation_takes_no_real_money(key, gateway):
    result = load(DJANGO_SETTINGS_MODULE="config.settings.dev", MOLLIE_API_KEY=key)
    assert json.loads(result.stdout)["PAYMENT_GATEWAY"] == gateway


def test_the_local_installation_refuses_a_live_key():
    line = complaint(DJANGO_SETTINGS_MODULE="config.settings.dev", MOLLIE_API_KEY="live_made-up")
    assert "MOLLIE_API_KEY must be a test_ key" in line


def test_no_variable_enables_the_pretend_bank_in_production():
    result = load(PAYMENT_GATEWAY="pretend_bank", LOCAL_INSTALLATION="1", TESTING="1")
    values = json.loads(result.stdout)
    assert values["PAYMENT_GATEWAY"] == "mollie"
    assert values["LOCAL_INSTALLATION"] is False
    assert "TESTING" not in values


@pytest.mark.parametrize("name", [*REQUIRED, "POSTMARK_SERVER_TOKEN"])
def test_a_missing_setting_stops_the_boot_and_is_named(name):
    assert f"{name} is missing" in complaint(**{name: ""})


def test_all_missing_settings_are_named_at_once():
    line = complaint(**dict.fromkeys(REQUIRED, ""))
    assert [name for name in REQUIRED if f"{name} is missing" in line] == REQUIRED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "www.example.nl"),
        ("SITE_URL", "http://www.example.nl"),
        ("SITE_URL", "https://www.example.nl/path"),
        ("SITE_URL", "https://www.example.nl:port"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ".example.nl"),
        ("DATABASE_URL", "mysql://root@localhost/site"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "localhost:6379"),
        ("SECRET_KEY", "short"),
        ("MAIL_PROVIDER", "console"),
        ("MAIL_PROVIDER", "pigeon"),
        ("MOLLIE_API_KEY", "test_made-up"),
        ("MOLLIE_API_KEY", "made-up"),
        ("MOLLIE_WEBHOOK_SECRET", "only-31-characters-0123456789-a"),
        ("MOLLIE_WEBHOOK_SECRET", "one/that/cannot/be/in/a/path/0123456789"),
        ("MOLLIE_API_URL", "http://mollie.example.nl"),
        ("MOLLIE_API_URL", "https://mollie.example.nl/v2"),
        ("TRUST_PROXY", "perhaps"),
        ("REQUIRE_SECOND_FACTOR", "2"),
    ],
)
def test_a_malformed_setting_stops_the_boot(name, value):
    assert f"{name} must" in complaint(**{name: value})


def test_files_in_s3_need_two_buckets_and_keys():
    buckets = {"S3_MEDIA_BUCKET": "media", "S3_PRIVATE_BUCKET": "private"}
    keys = {"S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "b"}
    assert load(**buckets, **keys).returncode == 0
    assert "S3_SECRET_KEY is missing" in complaint(**buckets)
    assert "S3_PRIVATE_BUCKET is missing" in complaint(S3_MEDIA_BUCKET="media", **keys)
    both = dict.fromkeys(buckets, "one")
    assert "S3_PRIVATE_BUCKET must be another bucket" in complaint(**both, **keys)


@pytest.mark.parametrize(
    ("name", "value"),
    [("HEARTBEAT_URL", "http://example.nl/ping"), ("SENTRY_DSN", "example.nl")],
)
def test_addresses_that_are_told_of_trouble_are_checked(name, value):
    assert f"{name} must" in complaint(**{name: value})


def test_the_one_line_does_not_repeat_a_secret():
    line = complaint(
        SECRET_KEY="hunter2",
        DATABASE_URL="x://a:hunter2@b/c",
        MOLLIE_API_KEY="test_hunter2",
        MOLLIE_WEBHOOK_SECRET="hunter2",
    )
    assert "hunter2" not in line


def test_gunicorn_stops_with_one_line_and_does_not_restart():
    command = [sys.executable, "-m", "gunicorn", "--config", "site/config/gunicorn.py"]
    environment = {**GOOD, "SITE_URL": "", "WEB_CONCURRENCY": "3", "PORT": "0"}
    result = run([*command, "--pythonpath", "site", "config.wsgi"], environment)

    assert result.returncode == 3
    assert result.stderr.count("SITE_URL is missing") == 1
    assert "Traceback" not in result.stderr + result.stdout
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("settings_module", ["production", "build"])
def test_static_files_that_were_never_collected_stop_the_start_with_one_line(
    tmp_path, settings_module
):
    start = [sys.executable, "-m", "gunicorn", "--config", "site/config/gunicorn.py"]
    environment = {
        **GOOD,
        "DJANGO_SETTINGS_MODULE": f"config.settings.{settings_module}",
        "STATIC_ROOT": str(tmp_path / "static"),
        "PORT": "0",
    }
    result = run([*start, "--pythonpath", "site", "config.wsgi"], environment)

    assert result.returncode == 3
    [line] = result.stderr.splitlines()
    assert "there are no static files. Run “manage.py collectstatic" in line


def test_a_build_step_collects_static_files_without_any_secret(tmp_path):
    result = run(
        [sys.executable, "manage.py", "collectstatic", "--noinput"],
        {
            "DJANGO_SETTINGS_MODULE": "config.settings.build",
            "ENV_FILE": os.devnull,
            "VAR_ROOT": str(tmp_path),
            "STATIC_ROOT": str(tmp_path / "static"),
        },
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_manage_stops_with_one_line():
    result = run([sys.executable, "manage.py", "migrate"], {**GOOD, "SECRET_KEY": ""})
    assert result.returncode == 3
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.slow
def test_the_deployment_check_is_clean():
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    result = run(command, GOOD)
    assert result.returncode == 0, result.stderr


def test_the_local_login_refuses_production():
    result = run([sys.executable, "manage.py", "local_login"], GOOD)
    assert result.returncode == 1
    assert "config.settings.dev only" in result.stderr


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("smtp", "SMTP_HOST"),
        ("mailgun", "MAILGUN_API_KEY"),
        ("brevo", "BREVO_API_KEY"),
        ("resend", "RESEND_API_KEY"),
        ("scaleway", "SCALEWAY_SECRET_KEY"),
    ],
)
def test_a_provider_without_its_keys_stops_the_boot(name, key):
    assert f"{key} is missing" in complaint(MAIL_PROVIDER=name)


def test_every_listed_provider_exists_in_anymail():
    for module, required, _ in ESPS.values():
        assert import_string(f"anymail.backends.{module}.EmailBackend")
        assert required
