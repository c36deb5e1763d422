"""The institute's own questions: from questions of staff to form fields, from answers to text."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from wagtail.contrib.forms.forms import FormBuilder

from core.form_fields import EmailField, TextField, UrlField
from courses.domain import registrations
from courses.forms.uploads import UploadField
from courses.models import Upload


class QuestionBuilder(FormBuilder):
    """Turns the institute's questions into fields, with a method per kind, as Wagtail does."""

    def get_formatted_field_choices(self, field):
        """One choice a line, so that a choice may hold a comma."""
        return [(line, line) for line in _lines(field.choices)]

    def get_formatted_field_initial(self, field):
        return _lines(field.default_value)

    def create_singleline_field(self, field, options):
        return TextField(max_length=255, **options)

    def create_multiline_field(self, field, options):
        return TextField(max_length=5000, widget=forms.Textarea({"rows": 4}), **options)

    def create_email_field(self, field, options):
        return EmailField(**options)

    def create_url_field(self, field, options):
        return UrlField(**options)

    def create_number_field(self, field, options):
        widget = forms.TextInput({"inputmode": "decimal"})
        return forms.DecimalField(max_digits=15, localize=True, widget=widget, **options)

    def create_dropdown_field(self, field, options):
        choices = [("", gettext("Choose…")), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(choices=choices, **options)

    def create_date_field(self, field, options):
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=widget, **options)

    def create_datetime_field(self, field, options):
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return forms.DateTimeField(widget=widget, **options)

    def create_registration_field(self, field, options):
        # Optional whatever is ticked in the CMS: nobody has to be in a register.
        widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
        options |= {"required": False, "max_length": registrations.LONGEST}
        return TextField(widget=widget, **options)

    def create_file_field(self, field, options):
        options.pop("initial", None)
        return UploadField(**options)


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def in_words(field, value):
    """An answer as text, for the check page and the sign-up."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value in (None, "", []):
        return ""
    if isinstance(value, Upload):
        return value.name
    if isinstance(field, forms.MultipleChoiceField):
        labels = dict(field.choices)
        chosen = [str(labels[choice]) for choice in value]
        return ("; " if any("," in label for label in chosen) else ", ").join(chosen)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices)[value])
    if isinstance(field, forms.DateTimeField):
        return date_format(value, "DATETIME_FORMAT")
    if isinstance(field, forms.DateField):
        return date_format(value, "DATE_FORMAT")
    return str(value)
