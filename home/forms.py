from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from core.guards import GuardedForm


class ContactForm(GuardedForm):
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        validators=[EmailValidator(_("Enter an e-mail address like name@example.nl"))],
        error_messages={"required": _("Enter your e-mail address")},
        help_text=_("We answer to this address."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    message = forms.CharField(
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
