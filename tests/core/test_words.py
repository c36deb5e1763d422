"""What people type: what nobody can see is dropped, and names are no web addresses."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from core.form_fields import EmailField, NameField, TextField, UrlField, can_be_mailed
from core.words import holds_address, visible, without_addresses

INVISIBLE = [
    *("\u200b", "\u2060", "\u3164", "\u2800", "\u00ad", "\ufeff", "\u202e", "\u202c", "\u2066"),
    *("\u115f", "\u1160", "\uffa0", "\u034f", "\u061c", "\u180e", "\u200c", "\u200d", "\ufe0f"),
    *("\x01", "\x0b", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "\ufdd0"),
    *("\u17b4", "\ufff9", "\U000e0041", "\U000e0100", "\U0001d173", "\u200e", "\u2064"),
]


@pytest.mark.parametrize("character", INVISIBLE)
def test_what_cannot_be_seen_is_dropped_wherever_it_stands(character):
    assert visible(character * 3) == ""
    assert visible(f"{character}No{character}or {character} Meer{character}") == "Noor  Meer"


@pytest.mark.parametrize(
    "text",
    [
        "نامه\u200cای",
        "क्\u200dष",
        "葛\U000e0100城",
        "👩\u200d🏫 👨\u200d👩\u200d👧",
        "❤\ufe0f\u200d🔥 1\ufe0f⃣ 👍🏽",
        "Zoë O’Neil-'t Hooft\n\tœuvre",
    ],
)
def test_what_scripts_and_emoji_need_is_kept(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    "name",
    [
        *("https://evil.example/win", "www.evil", "evil.example", "Evil.COM", "x.com", "t.co/x"),
        *(
            "noor@example.nl",
            "mailto:x",
            "evil。example",
            "evil．example",
            "op 1.2.3.4",
            "пример.рф",
        ),
        *("Noor kijk op evil.example", "evil.example.", "sub.evil.example", "op 1.2.3.4"),
    ],
)
def test_an_address_is_no_name(name):
    assert holds_address(name)
    assert not holds_address(without_addresses(name))
    with pytest.raises(ValidationError) as refused:
        NameField().clean(name)
    assert [error.code for error in refused.value.error_list] == ["address"]


@pytest.mark.parametrize(
    "name",
    [
        *("J.P. van der Berg", "St.John", "M.de Vries", "Dr.ir. Jansen", "Ph.D. Bos", "J.C.M.van"),
        *("Anne-Marie", "d'Hondt", "'t Hooft", "李", "محمد", "Bos jr.", "Nguyễn", "{{ price }}"),
    ],
)
def test_a_name_is_a_name(name):
    assert NameField().clean(f" {name} ") == name
    assert without_addresses(name) == name


@pytest.mark.parametrize("name", ["-", "12", "...", "'", "🙂"])
def test_a_name_has_a_letter(name):
    with pytest.raises(ValidationError) as refused:
        NameField().clean(name)
    assert [error.code for error in refused.value.error_list] == ["letter"]


@pytest.mark.parametrize("field", [TextField, NameField, EmailField, UrlField])
def test_a_field_with_nothing_to_see_is_empty(field):
    assert field(required=False).clean(" \u200b\u3164 ") == ""
    with pytest.raises(ValidationError) as refused:
        field().clean("\u200b\u3164")
    assert [error.code for error in refused.value.error_list] == ["required"]


def test_an_address_is_cleaned_before_it_is_judged():
    assert EmailField().clean(" noor@example\u202c.nl\u200b") == "noor@example.nl"


@pytest.mark.parametrize(
    "address",
    ["ſam@example.nl", "no\u212ar@example.nl", "noor@", "a b@c.nl", "noor@x\u202c.nl", ""],
)
def test_an_address_to_which_no_mail_gets_is_none(address):
    assert not can_be_mailed(address)


def every_form_field():
    """(form, name, field) of every form of ours that has been imported."""
    assert get_resolver().url_patterns  # imports all views with their forms
    seen = set()
    todo = [forms.Form]
    while todo:
        form = todo.pop()
        todo += form.__subclasses__()
        if form.__module__.startswith(("courses.", "home.", "mail.office", "people.", "faq.")):
            seen |= {(form, name, field) for name, field in form.base_fields.items()}
    return sorted(seen, key=lambda found: (found[0].__qualname__, found[1]))


# What nobody types, and what is not a person's words.
NOT_TYPED = {"shown_at", "leave_empty", "seen"}


def test_every_text_field_of_ours_drops_what_cannot_be_seen():
    plain = [
        f"{form.__module__}.{form.__qualname__}.{name}"
        for form, name, field in every_form_field()
        if type(field) in (forms.CharField, forms.EmailField, forms.URLField)
        and name not in NOT_TYPED
    ]
    assert plain == []
