"""Correcting the data of a sign-up, letting a colleague come instead, and noting something."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from core.form_fields import EmailField, NameField
from core.words import visible
from courses.domain import corrections, people
from courses.forms.contact_fields import (
    INVOICE,
    InfixField,
    InvoiceFields,
    PhoneField,
    word_the_errors,
)
from courses.forms.status import SubstituteForm
from courses.models import SignUp
from courses.office.asking import Verb
from courses.office.verbs.base import SignUpVerbView

ABOUT = ("first_name", "infix", "last_name", "email", "phone")
TWICE = gettext_lazy(
    "Somebody with this name and e-mail address is on this course date already. Nothing was"
    " changed."
)


class PersonForm(InvoiceFields):
    """The data of a person and, optionally, of the buyer, as the office fills them in."""

    first_name = NameField(label=gettext_lazy("First name"), max_length=200)
    infix = InfixField(help_text="", widget=forms.TextInput)
    last_name = NameField(label=gettext_lazy("Last name"), max_length=200)
    email = EmailField(label=gettext_lazy("E-mail address"))
    phone = PhoneField(label=gettext_lazy("Telephone number"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mails"), choices=settings.LANGUAGES
    )
    admission = forms.ChoiceField(label=gettext_lazy("Admission"), choices=SignUp.Admission.choices)
    for_work = forms.BooleanField(
        label=gettext_lazy("For work"),
        required=False,
        help_text=gettext_lazy("Who comes privately may withdraw within 14 days of signing up."),
    )
    invoice_email = EmailField(label=gettext_lazy("E-mail address for the invoice"), required=False)

    use_required_attribute = False
    MISSING = {
        "first_name": gettext_lazy("Enter the first name."),
        "last_name": gettext_lazy("Enter the last name."),
        "email": gettext_lazy("Enter the e-mail address."),
        "phone": gettext_lazy("Enter the telephone number."),
    }
    SECTIONS = (
        (gettext_lazy("Person"), (*ABOUT, "language")),
        (gettext_lazy("Course"), ("admission", "for_work")),
        (gettext_lazy("Invoice data, as far as you know them"), (*INVOICE, "invoice_email")),
    )

    @property
    def sections(self):
        """[(heading, bound fields)], of the fields that this form has."""
        present = [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in self.SECTIONS
        ]
        return [(heading, fields) for heading, fields in present if fields]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in INVOICE:
            self.fields[name].required = False
        for field in self.fields.values():  # the browser would fill in the user's own data
            field.widget.attrs["autocomplete"] = "off"
        word_the_errors(self)


class CorrectForm(PersonForm):
    def __init__(self, data=None, *, about):
        sign_up = about
        buyer = getattr(sign_up, "buyer", None)
        names = [name for name in PersonForm.base_fields if name not in (*INVOICE, "invoice_email")]
        initial = {name: getattr(sign_up, name) for name in names}
        initial |= {name: getattr(buyer, name) for name in INVOICE} if buyer else {}
        initial["invoice_email"] = buyer.email if buyer else ""
        super().__init__(data, initial=initial)
        for field in self.fields.values():
            field.show_hidden_initial = True
        if not corrections.can_correct_invoice(sign_up):
            for name in (*INVOICE, "invoice_email"):
                del self.fields[name]

    @property
    def shown_before(self):
        """Hidden fields with the initial values, so that `changed_data` compares with the page."""
        return [field.as_hidden(only_initial=True) for field in self]

    def arguments(self):
        """Only what was changed here, because a colleague may have changed other fields."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        invoice = {name: changed.pop(name) for name in INVOICE if name in changed}
        if "invoice_email" in changed:
            invoice["email"] = changed.pop("invoice_email")
        return {"changes": changed, "invoice": invoice}


def _after_correcting(sign_up):
    sentences = [
        _("Another e-mail address is told to the former one; the new one gets the link."),
        _("Of any other correction nobody gets a mail."),
        _("Place, price and days stay as they are."),
    ]
    if not corrections.can_correct_invoice(sign_up):
        sentences.append(_("An invoice was issued: what it says about who pays is final."))
    return sentences


class ColleagueForm(SubstituteForm):
    """The colleague who comes instead, as the office was told."""

    def __init__(self, data=None, *, about):
        super().__init__(data)
        for name in ABOUT:
            self.fields[name].help_text = ""
        admitted = self.fields["is_admitted"]
        admitted.label = _("Completed higher professional education (HBO) or university")
        admitted.help_text = _(
            "Work level or recognised competences? Judge that first, tick this, and correct the"
            " admission afterwards."
        )
        admitted.error_messages["required"] = _("Only who is admitted can come instead.")

    def arguments(self):
        return {"person": self.person()}


def _after_substitute(sign_up):
    name = {"name": sign_up.full_name, "email": sign_up.email}
    return [
        _("The place, the price and what was paid go over to the colleague."),
        _("%(name)s gets a mail at %(email)s; the link to the page stops working.") % name,
        _("The colleague gets a mail with a link of their own."),
        _("What %(name)s answered, wrote and wished for is removed, and your note too.") % name,
        _("An invoice that was issued keeps the name of %(name)s.") % name,
    ]


class NoteView(SignUpVerbView):
    """Saves the note that is typed on the page of the sign-up, without asking."""

    http_method_names = ["post"]

    def arguments(self):
        text, seen = (
            visible(self.request.POST.get(name, "").replace("\r\n", "\n").replace("\0", "")).strip()
            for name in ("office_note", "seen")
        )
        return {"text": text, "seen": seen}

    def finish(self, result, values):
        if result.office_note != self.arguments()["text"]:
            words = _("A colleague changed the note too. Both texts are in it now.")
            return self.leave(messages.success, words)
        return super().finish(result, values)

    def refusal(self):
        return _("The personal data were removed. Nothing can be noted any more.")


NOTE = Verb(
    name="note",
    do=people.change_note,
    label=gettext_lazy("Note of the office"),
    done=gettext_lazy("The note has been saved."),
    permissions=("courses.view_answer", "courses.change_signup"),
)
VERBS = (
    Verb(
        name="correct",
        states=SignUp.LIVE,
        do=corrections.correct,
        label=gettext_lazy("Correct data"),
        question=gettext_lazy("What has to be corrected?"),
        done=gettext_lazy("The data of %(name)s have been saved."),
        consequences=_after_correcting,
        form=CorrectForm,
        refusals=((people.TakenError, TWICE),),
    ),
    Verb(
        name="substitute",
        states=SignUp.LIVE,
        do=people.substitute,
        label=gettext_lazy("A colleague comes instead"),
        question=gettext_lazy("Who comes instead?"),
        done=gettext_lazy("The place of %(name)s has gone over to the colleague."),
        consequences=_after_substitute,
        is_serious=True,
        form=ColleagueForm,
        applies=people.can_send_substitute,
        refusals=((people.TakenError, TWICE),),
    ),
)
