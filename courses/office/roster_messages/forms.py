"""The form for a mail to a course group. A draft may be incomplete; a mail that is sent may not."""

from collections import Counter

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from core.form_fields import TextField
from courses.mails.kinds import WRITTEN_BY_STAFF
from courses.models import RosterMessage, SignUp
from mail import kinds
from mail.placeholders import check_placeholders

WORDS = ("subject", "body", "subject_en", "body_en")
# Most mails are for people whose place is final, so these come first.
STATES = (SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT, SignUp.State.REVIEW)


class AnyOfField(forms.MultipleChoiceField):
    """A choice that has disappeared, such as a person who has left, is dropped without an error."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value):
        return True

    def clean(self, value):
        known = {str(key) for key, _label in self.choices}
        return [key for key in super().clean(value) if key in known]


class MessageForm(WagtailAdminModelForm):
    draft_key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    by_hand = forms.BooleanField(required=False, widget=forms.HiddenInput)
    states = AnyOfField(label=gettext_lazy("To whom"), required=False)
    people = AnyOfField(label=gettext_lazy("To whom"), required=False)

    class Meta:
        model = RosterMessage
        fields = WORDS
        field_classes = dict.fromkeys(WORDS, TextField)

    def __init__(self, *args, roster, chosen, **kwargs):
        super().__init__(*args, **kwargs)
        self.roster = roster
        self.fields["subject"].required = self.fields["body"].required = False
        for name in ("body", "body_en"):
            # The label belongs to the hidden input; without this the editor has no name.
            editor = self.fields[name].widget
            editor.options = editor.options | {"ariaLabel": str(self.fields[name].label)}
        if chosen is None:
            del self.fields["people"], self.fields["by_hand"]
            self.fields["states"].choices = _counted(roster)
        else:
            del self.fields["states"]
            self.fields["people"].choices = [(row.pk, _described(row)) for row in chosen]

    def draft_values(self):
        """The values of the draft. The form must be valid."""
        typed = {name: self.cleaned_data[name] for name in WORDS}
        if "people" in self.fields:
            people = [int(pk) for pk in self.cleaned_data["people"]]
            return typed | {"states": list(SignUp.LIVE), "people": people}
        return typed | {"states": self.cleaned_data["states"], "people": None}

    def show_problems(self, message):
        """Add the problems of the message to its fields. Returns whether there are any."""
        for field, error in problems(message).items():
            self.add_error(field, error)
        return not self.is_valid()


def problems(message):
    """{field: what has to be corrected before the message can be sent}"""
    found = {}
    for field in WORDS:
        try:
            check_placeholders(getattr(message, field), placeholders())
        except ValidationError as error:
            found[field] = error
    if not message.subject.strip():
        found["subject"] = _("Write a subject: it is what people see first.")
    if not _says_something(message.body):
        found["body"] = _("Write the text of the mail.")
    if message.subject_en.strip() and not _says_something(message.body_en):
        found["body_en"] = _("Write the English text too, or leave out its subject.")
    if _says_something(message.body_en) and not message.subject_en.strip():
        found["subject_en"] = _("Write the English subject too, or leave out the English text.")
    if message.people is not None and not message.people:
        found["people"] = _("Choose at least one person.")
    elif not message.states:
        found["states"] = _("Choose who gets this mail.")
    return found


def placeholders():
    """{placeholder: what it stands for}"""
    return kinds.get(WRITTEN_BY_STAFF).placeholders


def _says_something(body):
    return bool(strip_tags(body).replace("&nbsp;", " ").strip())


def _counted(roster):
    counted = Counter(roster.sign_ups.values_list("state", flat=True))
    return [(state.value, f"{state.label} ({counted[state]})") for state in STATES]


def _described(sign_up):
    return f"{sign_up.full_name} ({sign_up.get_state_display()})"
