"""The form to hear of a new date."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import EmailField
from core.guards import GuardedForm
from courses.forms.contact_fields import word_the_errors


class DateAlertForm(GuardedForm):
    town = forms.ChoiceField(label=_("Where?"), required=False)
    email = EmailField(
        label=_("E-mail address"),
        help_text=_("You first get a mail with which you confirm that you want this."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )

    MISSING = {"email": _("Enter your e-mail address")}
    field_order = ("town", "email")

    def __init__(self, *args, towns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [("", _("Wherever it is")), *((town, town) for town in towns)]
        word_the_errors(self)
