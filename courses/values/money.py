"""Euro amounts. The database holds integer cents; people read and type euros."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
DUTCH_AMOUNT = re.compile(r"^(?P<euros>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<cents>\d{2}|-))?$", re.ASCII)


def format_euros(cents, language=None):
    """119500 as people read it: “€ 1.195,-” in Dutch, “€1,195” in English."""
    euros, rest = divmod(cents, 100)
    if (language or get_language() or "nl").startswith("en"):
        return f"€{euros:,}" + (f".{rest:02}" if rest else "")
    return f"€{NO_BREAK_SPACE}{euros:,}".replace(",", ".") + (f",{rest:02}" if rest else ",-")


def parse_euros(text):
    """Cents for “1195”, “1.195,50”, “€ 1.195,-”; ValueError for anything else."""
    cleaned = re.sub(r"[\s€]", "", text)
    match = DUTCH_AMOUNT.match(cleaned)
    if not match:
        raise ValueError(text)
    cents = match["cents"]
    return int(match["euros"].replace(".", "")) * 100 + (
        int(cents) if cents not in (None, "-") else 0
    )


class EurosFormField(forms.CharField):
    """Takes euros as people type them and gives cents; at most `max_value` cents."""

    default_error_messages = {"amount": _("Write an amount like 1195 or 1.195,50.")}

    def __init__(self, *, min_value=None, max_value=None, **kwargs):
        super().__init__(**kwargs)
        self.max_cents = max_value

    def prepare_value(self, value):
        if isinstance(value, int):
            euros, rest = divmod(value, 100)
            return f"{euros},{rest:02}"
        return value

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return None
        try:
            cents = parse_euros(value)
        except ValueError:
            raise ValidationError(self.error_messages["amount"], code="amount") from None
        if self.max_cents is not None and cents > self.max_cents:
            raise ValidationError(self.error_messages["amount"], code="amount")
        return cents

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class CentsField(models.PositiveIntegerField):
    """Integer cents in the database, euros in a form."""

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": EurosFormField} | kwargs)
