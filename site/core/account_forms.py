"""allauth's forms, where their fields need other words or attributes for the browser."""

from allauth.account import forms as account
from allauth.mfa.webauthn import forms as webauthn
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class LoginForm(account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Username or email address")
        # With these, browsers store the password together with this name.
        login.widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }

    def clean(self):
        """Show the error at the password, which has to be typed again."""
        try:
            return super().clean()
        except ValidationError as error:
            self.add_error("password", error)
            return self.cleaned_data


class AddKeyForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        describe_name_field(self.fields["name"])


class RenameKeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        describe_name_field(self.fields["name"])


def describe_name_field(field):
    field.label = _("Name of this key")
    field.help_text = _("So that you can tell your keys apart, such as “laptop at home”.")
