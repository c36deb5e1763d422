"""The guards of a public form, tested on a form made for it."""

import time_machine
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from core.guards import GuardedForm
from tests import visitors


class Question(GuardedForm):
    text = forms.CharField()


def sent(**changes):
    return Question({"text": "Ja", "leave_empty": "", "shown_at": visitors.form_stamp()} | changes)


def codes(form):
    return [error.code for error in form.errors.as_data().get("__all__", [])]


def test_a_person_passes():
    assert sent().is_valid()


def test_a_filled_in_honeypot_is_caught():
    assert codes(sent(leave_empty="x")) == ["trap"]


def test_the_honeypot_catches_a_form_once_and_is_then_empty():
    caught = sent(leave_empty="filled in by a password manager")
    assert codes(caught) == ["trap"]
    shown = {name: caught[name].value() for name in ("text", "leave_empty", "shown_at")}

    assert (shown["text"], shown["leave_empty"]) == ("Ja", "")
    assert sent(**shown).is_valid()
    assert sent(**shown | {"leave_empty": "filled in again"}).is_valid()


def test_the_pass_after_the_honeypot_cannot_be_forged():
    assert codes(sent(leave_empty="x", shown_at=f"{visitors.form_stamp()}x")) == ["trap"]


def test_a_caught_form_hands_its_files_to_no_field():
    file = SimpleUploadedFile("a.pdf", b"a")
    data = {"text": "Ja", "leave_empty": "x", "shown_at": visitors.form_stamp()}

    caught, passed = (
        Question(data | changes, MultiValueDict({"file": [file]}))
        for changes in ({}, {"leave_empty": ""})
    )

    assert (caught.files.get("file"), passed.files.get("file")) == (None, file)


def test_a_form_sent_faster_than_anybody_reads_is_caught():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        stamp = Question()["shown_at"].value()

        assert codes(sent(shown_at=stamp)) == ["too_fast"]
        clock.shift(2)
        assert sent(shown_at=stamp).is_valid()


def test_a_caught_form_can_be_sent_again_as_it_is():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        caught = sent(shown_at="")
        assert codes(caught) == ["too_fast"]

        clock.shift(2)
        assert sent(shown_at=caught["shown_at"].value()).is_valid()


def test_a_forged_moment_is_caught():
    assert codes(sent(shown_at="1")) == ["too_fast"]
    assert codes(sent(shown_at=visitors.form_stamp(-3600))) == ["too_fast"]


def test_the_honeypot_is_not_required():
    field = Question().fields["leave_empty"]

    assert field.required is False
    assert "required" not in field.widget.attrs
