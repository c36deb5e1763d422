"""Our own Dutch wording of texts of packages: `site/package_words`."""

import re
from importlib import import_module
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import global_settings, settings
from django.utils import translation
from django.utils.translation import gettext

ROOT = Path(settings.BASE_DIR)
WORDS = Path(settings.SITE_DIR) / "package_words" / "locale" / "nl" / "LC_MESSAGES"

NEVER_SHOWN = (  # texts of features that are switched off here
    "Don't worry, we've got your back.",
    "There seems to be a problem with your embedly API key. Please check your settings.",
)

pytestmark = pytest.mark.anywhere


def entries_of(catalogue):
    return [entry for entry in polib.pofile(str(catalogue)) if not entry.obsolete]


def ours(domain="django"):
    return entries_of(WORDS / f"{domain}.po")


@pytest.fixture(scope="module")
def package_texts():
    """{(context, msgid)} of all catalogues of the installed packages."""
    found = set()
    folders = [Path(app.path) for app in apps.get_app_configs()]
    for folder in (Path(global_settings.__file__).parent, *folders):
        if ROOT not in folder.parents or ".venv" in folder.parts:
            for catalogue in folder.glob("locale/[en][nl]/LC_MESSAGES/*.po"):
                found |= {(entry.msgctxt, entry.msgid) for entry in entries_of(catalogue)}
    return found


NOT_IN_A_CATALOGUE = {  # missing from the catalogue of Django 5.2 itself
    "This password is too short. It must contain at least %d character."
}


def test_every_text_that_we_reword_is_still_in_a_package(package_texts):
    """After an upgrade, an entry for a text that is gone must be rewritten or removed."""
    gone = [
        entry.msgid
        for entry in ours() + ours("djangojs")
        if (entry.msgctxt, entry.msgid) not in package_texts
        and entry.msgid not in NOT_IN_A_CATALOGUE
    ]

    assert gone == []


def test_our_wording_hides_no_translation_of_our_own_apps():
    folders = [ROOT, ROOT / "site"]
    own = {
        (entry.msgctxt, entry.msgid): entry.msgstr
        for folder in folders
        for catalogue in folder.glob("*/locale/nl/LC_MESSAGES/django.po")
        if catalogue.parent != WORDS
        for entry in entries_of(catalogue)
    }
    hidden = [
        entry.msgid
        for entry in ours()
        if own.get((entry.msgctxt, entry.msgid), entry.msgstr) != entry.msgstr
    ]

    assert hidden == []


def test_the_cms_is_as_formal_as_the_site():
    """Every text of Wagtail with an informal “je” has a formal one in our catalogue."""
    informal = re.compile(r"\b(je|jouw|jij|jou|jezelf|jullie)\b", re.IGNORECASE)
    left = {}
    for package in ("wagtail", "wagtail_localize"):
        folder = Path(import_module(package).__file__).parent
        for app in apps.get_app_configs():
            if folder not in [Path(app.path), *Path(app.path).parents]:
                continue
            for catalogue in Path(app.path).glob("locale/nl/LC_MESSAGES/django*.po"):
                known = {(e.msgctxt, e.msgid) for e in ours(catalogue.stem)}
                for entry in entries_of(catalogue):
                    said = " ".join([entry.msgstr, *entry.msgstr_plural.values()])
                    if informal.search(said) and (entry.msgctxt, entry.msgid) not in known:
                        left[entry.msgid] = said
    said = [text for e in ours() for text in (e.msgstr, *e.msgstr_plural.values())]

    assert [words for words in left if not words.startswith(NEVER_SHOWN)] == []
    assert [text for text in said if informal.search(text)] == []


def test_our_wording_is_the_one_shown():
    with translation.override("nl"):
        assert gettext("Are you sure you want to delete this page?") == (
            "Weet u zeker dat u deze pagina wilt verwijderen?"
        )
        assert gettext("Sign In") == "Inloggen"
