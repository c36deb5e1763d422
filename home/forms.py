from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import EmailField, NameField, TextField
from core.guards import GuardedForm


class ContactForm(GuardedForm):
    name = NameField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = EmailField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Enter your e-mail address")},
        help_text=_("We will reply to this address."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    message = TextField(
        label=_("Your message"),
        max_length=5000,
        error_messages={"required": _("Write your message")},
        help_text=_("Please do not write anything about your health or about clients."),
        widget=forms.Textarea({"rows": 7}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)
            field.error_messages["max_length"] = _(
                "This is too long: use at most %(limit_value)d characters"
            )
