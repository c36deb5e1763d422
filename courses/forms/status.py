"""The forms on the pages behind a link, and the one to ask for a lost link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import EmailField, NameField
from core.guards import GuardedForm
from courses.domain.buyers import Details
from courses.domain.people import Person
from courses.forms.contact_fields import (
    INVOICE,
    InfixField,
    InvoiceFields,
    PhoneField,
    word_the_errors,
)

PERSON = ("first_name", "infix", "last_name", "email", "phone")


class ContactForm(InvoiceFields):
    """The person's contact data and, until there is an invoice, the data for it."""

    email = EmailField(
        label=_("E-mail address"),
        help_text=_("Your mails about the course go here."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    phone = PhoneField(
        label=_("Telephone number"),
        help_text=_("Only for when something about your course day changes at the last moment."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    use_required_attribute = False
    field_order = ("email", "phone")
    MISSING = InvoiceFields.MISSING | {
        "email": _("Enter your e-mail address"),
        "phone": _("Enter your telephone number"),
    }

    def __init__(self, *args, with_invoice, for_work=False, **kwargs):
        super().__init__(*args, **kwargs)
        left_out = INVOICE if not with_invoice else () if for_work else INVOICE[:2]
        for name in left_out:
            del self.fields[name]
        word_the_errors(self)

    @property
    def invoice_fields(self):
        return {name: self.cleaned_data[name] for name in INVOICE if name in self.fields}


class SubstituteForm(forms.Form):
    """The colleague who comes instead."""

    first_name = NameField(label=_("First name"), max_length=200)
    infix = InfixField()
    last_name = NameField(label=_("Last name"), max_length=200)
    email = EmailField(
        label=_("E-mail address"),
        help_text=_("Your colleague gets a link of their own here."),
        widget=forms.EmailInput({"spellcheck": "false"}),
    )
    phone = PhoneField(
        label=_("Telephone number"),
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )
    is_admitted = forms.BooleanField(
        label=_("My colleague completed a course of HBO or university level"),
        help_text=_("Is it HBO work level or EVC? Then contact us first."),
    )

    use_required_attribute = False
    MISSING = {
        "first_name": _("Enter the first name of your colleague"),
        "last_name": _("Enter the last name of your colleague"),
        "email": _("Enter the e-mail address of your colleague"),
        "phone": _("Enter the telephone number of your colleague"),
        "is_admitted": _("Tick the box if your colleague has this education, or contact us"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in PERSON:  # the browser would fill in the person, not the colleague
            self.fields[name].widget.attrs["autocomplete"] = "off"
        word_the_errors(self)

    def person(self):
        return Person(**{name: self.cleaned_data[name] for name in PERSON})


class PayerForm(forms.Form):
    """The address to which the pay link is mailed."""

    email = EmailField(
        label=_("E-mail address of who pays"),
        help_text=_("For example your manager or the accounts department."),
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    use_required_attribute = False
    MISSING = {"email": _("Enter the e-mail address of who pays")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_the_errors(self)


class BuyerForm(InvoiceFields):
    """What the buyer fills in on the page of the pay link."""

    email = EmailField(
        label=_("E-mail address for the invoice"),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )

    use_required_attribute = False
    MISSING = InvoiceFields.MISSING | {"email": _("Enter the e-mail address for the invoice")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].required = True
        word_the_errors(self)

    def details(self):
        return Details(**{name: self.cleaned_data[name] for name in (*INVOICE, "email")})


class LostLinkForm(GuardedForm):
    email = EmailField(
        label=_("E-mail address"),
        help_text=_("The address with which you signed up."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )

    MISSING = {"email": _("Enter your e-mail address")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_the_errors(self)
