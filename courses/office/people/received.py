"""What staff note of money that they saw at the bank: the day, the amount and a remark."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import TextField
from courses.office.asking import NoForm
from courses.values.money import EurosFormField, format_euros

LONG_AGO = timedelta(days=366)  # an older day is a slip


class DayForm(NoForm):
    """The day on the bank statement, by default today; of many people at once they share it."""

    day = forms.DateField(
        label=gettext_lazy("Day on the bank statement"),
        required=False,
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day like 28-11-2026.")},
    )

    def __init__(self, data=None, *, about, **facts):
        super().__init__(data, about=about)
        today = timezone.localdate()
        self.initial["day"] = today
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_day(self):
        today = timezone.localdate()
        day = self.cleaned_data["day"] or today
        if day > today:
            raise ValidationError(_("This day has yet to come."))
        if day < today - LONG_AGO:
            raise ValidationError(_("This day is more than a year ago."))
        return day


class RemarkForm(DayForm):
    remark = TextField(
        label=gettext_lazy("Remark (optional)"),
        required=False,
        max_length=140,
        help_text=gettext_lazy(
            "Such as the description on the statement. Only the office reads it."
        ),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ReceivedForm(RemarkForm):
    """About the price of one person, by default, or a part of it."""

    cents = EurosFormField(label=gettext_lazy("Amount in euros"), required=False)
    field_order = ("day", "cents", "remark")

    def __init__(self, data=None, *, about):
        super().__init__(data, about=about)
        self.price = about.price_cents
        self.initial["cents"] = self.price
        if not self.price:
            del self.fields["cents"], self.fields["remark"]

    def clean_cents(self):
        cents = self.cleaned_data["cents"]
        if cents is None:
            return self.price
        if not cents:
            raise ValidationError(_("Fill in how much came in."))
        if cents > self.price:
            words = _("The price is %(price)s. Note that, and transfer back what is too much.")
            raise ValidationError(words % {"price": format_euros(self.price)})
        return cents
