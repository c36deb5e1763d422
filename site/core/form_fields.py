"""Form fields for what people type themselves."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core.words import has_letter, holds_address, visible


class VisibleMixin:
    """Drops characters that nobody sees, so that a field with nothing else in it is empty."""

    def to_python(self, value):
        return super().to_python(visible(value) if isinstance(value, str) else value)


class TextField(VisibleMixin, forms.CharField):
    """What people write, in one line or more."""


class UrlField(VisibleMixin, forms.URLField):
    """The address of a page; without a scheme it is taken for https."""

    def __init__(self, **kwargs):
        super().__init__(**{"assume_scheme": "https"} | kwargs)


class NameField(TextField):
    """A person's name, or a part of it. It holds a letter, and no address that becomes a link."""

    default_error_messages = {
        "letter": _("A name has at least one letter"),
        "address": _(
            "A name cannot hold a web address or an e-mail address. Is it an abbreviation? Then"
            " write a space after the full stop."
        ),
    }

    def validate(self, value):
        super().validate(value)
        if value and not has_letter(value):
            raise ValidationError(self.error_messages["letter"], code="letter")
        if holds_address(value):
            raise ValidationError(self.error_messages["address"], code="address")


class EmailField(TextField):
    """An e-mail address to which a mail can really be sent."""

    widget = forms.EmailInput
    default_error_messages = {"email": _("Enter an e-mail address like name@example.nl")}

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 254} | kwargs)

    def validate(self, value):
        super().validate(value)
        if value and not can_be_mailed(value):
            raise ValidationError(self.error_messages["email"], code="email")


def can_be_mailed(address: str) -> bool:
    """Whether this is a valid address of which every character before the @ survives in a header.

    Django's own check takes letters for ASCII that only look so, such as the Kelvin sign.
    """
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address == visible(address) and address.rpartition("@")[0].isascii()
