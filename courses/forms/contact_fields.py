"""Fields for contact data and invoices, forgiving about how people write them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.form_fields import NameField, TextField
from courses.values import countries, phones


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


INVOICE = ("organisation", "reference", "street", "postcode", "city", "country")


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
    postcode = TextField(
        label=_("Postcode"),
        max_length=12,
        widget=forms.TextInput({"autocomplete": "postal-code", "class": "input--short"}),
    )
    city = TextField(
        label=_("Town"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "address-level2"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=list(countries.COUNTRIES.items()),
        initial=countries.HOME,
        required=False,
        widget=forms.Select({"autocomplete": "country"}),
    )

    MISSING = {
        "organisation": _("Enter the name of the organisation"),
        "street": _("Enter the street and number for the invoice"),
        "postcode": _("Enter the postcode for the invoice"),
        "city": _("Enter the town for the invoice"),
    }

    def clean_country(self):
        return self.cleaned_data["country"] or countries.HOME

    def clean(self):
        data = super().clean()
        postcode, country = data.get("postcode"), data.get("country", countries.HOME)
        if postcode:
            try:
                data["postcode"] = countries.written(postcode, country)
            except ValueError:
                self.add_error("postcode", self._postcode_error(country))
        return data

    def _postcode_error(self, country):
        words = _(
            "Enter a postcode like %(example)s, or choose another country if the address is there"
        )
        return ValidationError(words % {"example": countries.example(country)}, code="postcode")


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
