"""Fields for contact data and invoices, forgiving about how people write them."""

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
    """A telephone number, kept as typed; any notation of a possible number is accepted."""

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
    """A postcode; a Dutch one becomes “1234 AB”, any other stays as typed."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 12} | kwargs)

    def clean(self, value):
        typed = super().clean(value)
        dutch = re.fullmatch(r"([1-9]\d{3})[\s.-]*([A-Za-z]{2})", typed)
        return f"{dutch[1]} {dutch[2].upper()}" if dutch else typed


INVOICE = ("organisation", "reference", "street", "postcode", "city")


class InvoiceFields(forms.Form):
    """What an invoice says about the buyer."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    reference = forms.CharField(
        label=_("Reference on the invoice"),
        max_length=80,
        required=False,
        help_text=_("For example a cost centre or order number."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    street = forms.CharField(
        label=_("Street and number"),
        max_length=160,
        widget=forms.TextInput({"autocomplete": "address-line1"}),
    )
    postcode = PostcodeField(
        label=_("Postcode"),
        widget=forms.TextInput({"autocomplete": "postal-code", "class": "input--short"}),
    )
    city = forms.CharField(
        label=_("Town"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "address-level2"}),
    )

    MISSING = {
        "organisation": _("Enter the name of the organisation"),
        "street": _("Enter the street and number for the invoice"),
        "postcode": _("Enter the postcode for the invoice"),
        "city": _("Enter the town for the invoice"),
    }


def word_the_errors(form):
    """Give the form our error messages, and drop `maxlength`, at which browsers cut silently."""
    for name, text in form.MISSING.items():
        if name in form.fields:
            form.fields[name].error_messages["required"] = text
    for field in form.fields.values():
        if getattr(field, "max_length", None):
            field.error_messages["max_length"] = _(
                "This is too long: use at most %(limit_value)d characters"
            )
        field.widget.attrs.pop("maxlength", None)
