"""The guards of a public form, tested on a form made for it."""

import time_machine
from django import forms
from django.utils import timezone

from core.guards import GuardedForm
from tests import visitors


class Question(GuardedForm):
    text = forms.CharField()


def sent(**changes):
    return Question({"text": "Ja", "website": "", "shown_at": visitors.form_stamp()} | changes)


def codes(form):
    return [error.code for error in form.errors.as_data().get("__all__", [])]


def test_a_person_passes():
    assert sent().is_valid()


def test_a_filled_in_honeypot_is_caught():
    assert codes(sent(website="x")) == ["trap"]


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
    field = Question().fields["website"]

    assert field.required is False
    assert "required" not in field.widget.attrs
