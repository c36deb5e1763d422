"""Fields for what people are asked everywhere: forgiving about how it is written."""

import re

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _


class EmailField(forms.CharField):
    widget = forms.EmailInput

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 254} | kwargs)

    def clean(self, value):
        email = super().clean(value)
        if email:
            try:
                EmailValidator()(email)
            except ValidationError:
                raise ValidationError(
                    _("Enter an e-mail address like name@example.nl"), code="email"
                ) from None
        return email


class PhoneField(forms.CharField):
    """Kept as typed; any way of writing a number that can exist will do."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 40} | kwargs)

    def clean(self, value):
        typed = super().clean(value)
        try:
            number = phonenumbers.parse(re.sub(r"\(0\)", "", typed), "NL")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(
                _("Enter a telephone number like 06 12345678 or +32 470 12 34 56"), code="phone"
            )
        return typed


class PostcodeField(forms.CharField):
    """“1234ab” and “1234 AB” are the same; a foreign code is left as it is."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 12} | kwargs)

    def clean(self, value):
        typed = super().clean(value)
        dutch = re.fullmatch(r"([1-9]\d{3})[\s.-]*([A-Za-z]{2})", typed)
        return f"{dutch[1]} {dutch[2].upper()}" if dutch else typed


def word_the_errors(form):
    """Say what is missing or too long; and let nothing be refused silently by the browser."""
    for name, text in form.MISSING.items():
        if name in form.fields:
            form.fields[name].error_messages["required"] = text
    for field in form.fields.values():
        if getattr(field, "max_length", None):
            field.error_messages["max_length"] = _(
                "This is too long: use at most %(limit_value)d characters"
            )
        field.widget.attrs.pop("maxlength", None)
