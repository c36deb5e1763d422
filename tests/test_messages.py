"""Every text in the code is in a catalogue, and none is hidden in another string."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

pytestmark = pytest.mark.anywhere

ROOT = Path(settings.BASE_DIR)
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
STRING = r"""u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\({STRING}(?:,\s*{STRING})?")
APPS = sorted(
    path.parents[3]
    for folder in (ROOT, ROOT / "site")
    for path in folder.glob("*/locale/nl/LC_MESSAGES/django.po")
)


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in FUNCTIONS:
                yield name, node


def messages_in_python(source):
    """The msgids in Python, those of a plural by their singular."""
    for name, call in calls(ast.parse(source)):
        given = [a.value for a in call.args if isinstance(a, ast.Constant)]
        if given:
            yield given[1] if name == "pgettext" else given[0]


def messages_in_template(source):
    for found in IN_TEMPLATE.finditer(templatize(source)):
        texts = [ast.literal_eval(text) for text in found.groups()[1:] if text]
        yield texts[1] if found[1].startswith("p") else texts[0]


def messages_of(app):
    """{msgid: a file that says it}"""
    found = {}
    for path in sorted(app.rglob("*.py")):
        found |= dict.fromkeys(messages_in_python(path.read_text()), path)
    for path in sorted(app.rglob("templates/**/*.*")):
        found |= dict.fromkeys(messages_in_template(path.read_text()), path)
    return found


def hidden_messages(source):
    """The lines where a text is looked up within an f-string, where xgettext does not find it."""
    strings = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.JoinedStr))
    return sorted({call.lineno for string in strings for _name, call in calls(string)})


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_every_text_of_the_code_is_in_a_catalogue(app):
    ours = {
        entry.msgid
        for other in APPS
        for entry in polib.pofile(str(other / "locale/nl/LC_MESSAGES/django.po"))
    }
    of_packages = trans_real.translation("nl")._catalog
    missing = {
        text: path.name
        for text, path in messages_of(app).items()
        if text not in ours and text not in of_packages
    }

    assert missing == {}


# What search says in f-strings, other apps say too; so it is in a catalogue.
@pytest.mark.parametrize(
    "app", [app for app in APPS if app.name != "search"], ids=lambda app: app.name
)
def test_no_text_is_looked_up_within_another_string(app):
    files = {path.name: hidden_messages(path.read_text()) for path in sorted(app.rglob("*.py"))}

    assert {name: lines for name, lines in files.items() if lines} == {}


def test_the_readers_find_texts_wherever_they_stand():
    code = 'a = f"{_(\'in here\')}"\nb = [gettext("x" "y"), ngettext("one", "many", 2)]\n_(name)'
    page = '{% translate "A" %}{% include "x.html" with a=_("B") %}{% firstof a _("C") %}'
    counted = "{% blocktranslate count n=n trimmed %} one {% plural %} many {% endblocktranslate %}"

    assert sorted(messages_in_python(code)) == ["in here", "one", "xy"]
    assert hidden_messages(code) == [1]
    assert list(messages_in_template(page + counted)) == ["A", "B", "C", "one"]
