"""Fields for contact data and invoices, forgiving about how people write them."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.form_fields import NameField, TextField
from courses.values import phones


class PhoneField(TextField):
    """A telephone number, kept as typed; any notation of a possible number is accepted."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 40} | kwargs)

    def clean(self, value):
        typed = super().clean(value)
        if typed and not phones.holds_number(typed):
            raise ValidationError(
                _("Enter a telephone number like 06 12345678 or +32 470 12 34 56"), code="phone"
            )
        return typed


class PostcodeField(TextField):
    """A postcode; a Dutch one becomes “1234 AB”, any other stays as typed."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 12} | kwargs)

    def clean(self, value):
        typed = super().clean(value)
        dutch = re.fullmatch(r"([1-9]\d{3})[\s.-]*([A-Za-z]{2})", typed)
        return f"{dutch[1]} {dutch[2].upper()}" if dutch else typed


class InfixField(NameField):
    """“van”, “de” or “d'”. Browsers know none, and would fill in a second first name."""

    def __init__(self, **kwargs):
        defaults = {
            "label": _("Name prefix"),
            "max_length": 40,
            "required": False,
            "help_text": _("For example “van” or “de”."),
            "widget": forms.TextInput({"autocomplete": "off", "class": "input--short"}),
        }
        super().__init__(**defaults | kwargs)


INVOICE = ("organisation", "reference", "street", "postcode", "city")


class InvoiceFields(forms.Form):
    """What an invoice says about the buyer."""

    organisation = TextField(
        label=_("Organisation"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    reference = TextField(
        label=_("Reference on the invoice"),
        max_length=80,
        required=False,
        help_text=_("For example a cost centre or order number."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    street = TextField(
        label=_("Street and number"),
        max_length=160,
        widget=forms.TextInput({"autocomplete": "address-line1"}),
    )
    postcode = PostcodeField(
        label=_("Postcode"),
        widget=forms.TextInput({"autocomplete": "postal-code", "class": "input--short"}),
    )
    city = TextField(
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
