"""Checks of the project as a whole."""

import re
import site
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

from config.mail_providers import ESPS

pytestmark = pytest.mark.anywhere

ROOT = Path(settings.BASE_DIR)
ENV_READ = re.compile(
    r"""(?:env\.(?:text|items|flag|number|path|origin|hosts|api|database|redis)"""
    r"""|os\.environ\.get|os\.environ\.setdefault)\(\s*["']([A-Z][A-Z0-9_]+)["']"""
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def tracked(pattern):
    listed = subprocess.run(
        ["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_site_is_a_folder_and_not_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert hasattr(site, "getsitepackages")


def test_git_does_not_ignore_the_site_folder():
    ignored = subprocess.run(["git", "check-ignore", "site/config/urls.py"], cwd=ROOT, check=False)
    assert ignored.returncode == 1


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_environment_variable_is_in_the_example():
    example = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    read = set()
    for path in (ROOT / "site" / "config").rglob("*.py"):
        read |= set(ENV_READ.findall(path.read_text()))
    read |= {"SMTP_HOST", "BACKUP_KEY", "BACKUP_KEY_FILE"} | provider_settings()

    assert read - listed == {"PYTEST_XDIST_WORKER"}
    assert listed - read == {"ENV_FILE", "DJANGO_SETTINGS_MODULE"} - read


def provider_settings():
    names = {f"{provider.upper()}_API_URL" for provider in ESPS}
    for _, required, optional in ESPS.values():
        names |= {*required, *optional}
    return names


@pytest.mark.parametrize(
    "po", sorted(tracked("**/locale/**/*.po")), ids=lambda po: str(po.relative_to(ROOT))
)
def test_translations_are_complete_and_compiled(po):
    source = polib.pofile(str(po))
    compiled = polib.mofile(str(po.with_suffix(".mo")))

    assert [entry.msgid for entry in source.untranslated_entries()] == []
    assert [entry.msgid for entry in source.fuzzy_entries()] == []
    assert entries(compiled) == entries(source.translated_entries())
    assert [entry.msgid for entry in source if not has_the_same_placeholders(entry)] == []


def has_the_same_placeholders(entry):
    """Whether the translation has the placeholders of its source.

    Only the last plural needs all of them: the singular may say “one place”.
    """
    said = list(entry.msgstr_plural.values()) or [entry.msgstr]
    asked = {*PLACEHOLDER.findall(entry.msgid), *PLACEHOLDER.findall(entry.msgid_plural)}
    filled_in = [set(PLACEHOLDER.findall(text)) for text in said]
    return all(names <= asked for names in filled_in) and filled_in[-1] == asked


def entries(catalogue):
    return {(e.msgctxt, e.msgid): e.msgstr or tuple(e.msgstr_plural.values()) for e in catalogue}


@pytest.mark.parametrize(
    "path", sorted(tracked("*templates/*.html")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_template_is_found_and_compiles(path):
    name = str(path.relative_to(ROOT)).split("templates/", 1)[1]
    assert Path(get_template(name).origin.name) == path


def test_requirements_are_pinned_with_hashes_and_without_urls():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[a-z0-9].*", text, re.MULTILINE)
        assert all("==" in pin and pin.endswith("\\") for pin in pins)
        assert "--hash=sha256:" in text
        assert "http:" not in text
        assert "https:" not in text


def test_python_is_new_enough():
    assert sys.version_info >= (3, 11)
