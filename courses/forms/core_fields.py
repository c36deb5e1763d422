"""The fields of the sign-up form that are the same for every course; see also `forms.sign_up`."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.form_fields import EmailField, NameField, TextField
from core.guards import GuardedForm
from courses.forms.contact_fields import INVOICE, InfixField, InvoiceFields, PhoneField
from courses.models import SignUp
from courses.values.terms import DETAILS_MONTHS

PRIVATE, WORK = "private", "work"


class WishField(forms.MultipleChoiceField):
    """Drops invalid choices: the date wished for may be the one the form has moved to."""

    def to_python(self, value):
        return [choice for choice in super().to_python(value) if self.valid_value(choice)]


class CoreFields(InvoiceFields, GuardedForm):
    """What every sign-up asks. Staff cannot change or remove it."""

    first_name = NameField(
        label=_("First name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    infix = InfixField()
    last_name = NameField(
        label=_("Last name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    email = EmailField(
        label=_("E-mail address"),
        help_text=_("We send the confirmation here."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    phone = PhoneField(
        label=_("Telephone number"),
        help_text=_("Only for when something about your course day changes at the last moment."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    admission = forms.ChoiceField(
        label=_("Your education"),
        choices=[
            (SignUp.Admission.HBO, _("I completed a course of HBO or university level")),
            (
                SignUp.Admission.EXCEPTION,
                _("I have HBO work level or recognised competences (EVC)"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    motivation = TextField(
        label=_("Your motivation"),
        max_length=5000,
        required=False,
        help_text=_(
            "Only for work level or EVC: what work do you do, and what have you learned in it? "
            "The course leaders decide before you pay anything."
        ),
        widget=forms.Textarea({"rows": 5}),
    )
    certificate_code = TextField(
        label=_("Code of your certificate"),
        max_length=40,
        required=False,
        help_text=_(
            "Does your certificate have a code that begins with RT? Then we need no other proof."
            " Otherwise the course leaders look at your proof."
        ),
        widget=forms.TextInput(
            {"autocomplete": "off", "spellcheck": "false", "class": "input--medium"}
        ),
    )
    buyer = forms.ChoiceField(
        label=_("In whose name is the invoice?"),
        choices=[
            (PRIVATE, _("In my own name")),
            (WORK, _("In the name of an organisation: it is for my work")),
        ],
        widget=forms.RadioSelect,
    )
    invoice_email = EmailField(
        label=_("E-mail address for the invoice"),
        required=False,
        help_text=_("Only if the invoice must go to another address than yours."),
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    swap_wishes = WishField(
        label=_("Would you rather attend another date?"),
        required=False,
        help_text=_(
            "There is no waiting list. Tick what you would prefer; when a place comes free there, "
            "we may offer it to you."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    remarks = TextField(
        label=_("Remarks"),
        max_length=2000,
        required=False,
        help_text=format_lazy(
            _(
                "Please do not write anything about your health or about clients. We remove your"
                " remarks and answers {months} months after the last day."
            ),
            months=DETAILS_MONTHS,
        ),
        widget=forms.Textarea({"rows": 3}),
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    PERSON = ("first_name", "infix", "last_name", "email", "phone")
    ADMISSION = ("admission", "motivation", "certificate_code")
    INVOICE = ("buyer", *INVOICE, "invoice_email")
    WISHES = ("swap_wishes", "remarks")
    # Shown only with one of the choices above it, and then required.
    CONDITIONAL = ("motivation", "organisation")
    field_order = (*PERSON, *ADMISSION, *INVOICE, *WISHES)
    MISSING = InvoiceFields.MISSING | {
        "first_name": _("Enter your first name"),
        "last_name": _("Enter your last name"),
        "email": _("Enter your e-mail address"),
        "phone": _("Enter your telephone number"),
        "admission": _("Choose which education you have"),
        "buyer": _("Choose in whose name the invoice is"),
    }
