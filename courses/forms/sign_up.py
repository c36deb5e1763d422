"""The sign-up form: fixed core fields, then the institute's own questions, then the consents.

`domain.sign_ups` says what the core fields mean.
"""

import copy
import re
import uuid
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.rich_text import expand_db_html

from core.models import SiteSettings
from courses.domain import certificates
from courses.domain.applications import Application, Buyer, Given
from courses.forms import email_hints
from courses.forms.contact_fields import word_the_errors
from courses.forms.core_fields import PRIVATE, WORK, CoreFields
from courses.forms.questions import QuestionBuilder, in_words
from courses.forms.uploads import StoredFile, UploadField
from courses.models import SignUp, Upload
from courses.reading.withdrawal import WITHDRAWAL

QUESTION_PREFIX = "q_"
CONSENT_PREFIX = "consent_"
PROOFS = {"file", "checkbox"}  # kinds of question with which alumni show that they were there


@dataclass(frozen=True)
class Section:
    """A fieldset of the form; `name` is its anchor."""

    name: str
    heading: str
    fields: tuple[str, ...]


class SignUpForm(CoreFields):
    """`may_store_file()` says whether this visitor may store one more file, and counts it."""

    def __init__(self, *args, page, event, wishes=(), may_store_file=None, **kwargs):
        self.page = page
        self.event = event
        self.kind = page.kind
        kwargs.setdefault("initial", {"idempotency_key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.fields["organisation"].help_text = _("Only when it is for your work.")
        self.fields["buyer"].help_text = self._who_pays()
        self._remove_what_does_not_apply(wishes)
        self._add_questions()
        self._add_consents()
        for field in self.fields.values():
            if may_store_file and isinstance(field, UploadField):
                field.may_store = may_store_file
        word_the_errors(self)

    def _who_pays(self):
        if not self.event.price_for(self.kind):
            return ""
        if self.event.course.buyer_may_pay:
            return _("For your work? Then you get a link with which your employer can pay.")
        way = SiteSettings.current().payment_method_name
        return _(
            "For your work? You pay with %(way)s yourself now, and claim it back with the invoice"
            " in the name of your employer. Is that not possible? Contact us before you sign up."
        ) % {"way": way}

    def offer(self, wishes):
        """Ask which of these dates the person would rather attend, unless there are none."""
        if not wishes or "swap_wishes" in self.fields:
            return
        self.fields["swap_wishes"] = copy.deepcopy(self.base_fields["swap_wishes"])
        self.fields["swap_wishes"].choices = [
            (str(event.roster.pk), f"{event.days_in_words}, {' / '.join(event.places)}")
            for event in wishes
        ]

    @property
    def sections(self):
        """The fieldsets in order, without empty ones."""
        plan = [
            ("person", _("About you"), self.PERSON),
            ("admission", _("Admission"), self.ADMISSION),
            ("questions", _("Some more questions"), tuple(self.question_names)),
            ("invoice", _("Invoice"), self.INVOICE),
            ("wishes", _("Wishes and remarks"), self.WISHES),
            ("consents", _("Agreement"), tuple(self.consent_names)),
        ]
        return [
            Section(name, heading, present)
            for name, heading, names in plan
            if (present := tuple(field for field in names if field in self.fields))
        ]

    @property
    def bound_sections(self):
        """[(section, [bound fields])] for the template."""
        return [(section, [self[name] for name in section.fields]) for section in self.sections]

    @property
    def check_rows(self):
        """[(section, [(label, answer as text)])] for the check page."""
        return [
            (
                section,
                [
                    (self.fields[name].label, value)
                    for name in section.fields
                    if (value := self._to_check(name)) or not self._is_left_out(name)
                ],
            )
            for section in self.sections
        ]

    def _is_left_out(self, name):
        """Whether the field, if empty, was not meant for what the person chose."""
        is_private = self.cleaned_data.get("buyer") == PRIVATE
        return name in self.CONDITIONAL or (name == "reference" and is_private)

    @property
    def email_suggestion(self):
        """For the check page: the e-mail address that was probably meant, or None."""
        return email_hints.suggestion(self.cleaned_data["email"])

    @property
    def carried(self):
        """[(name, value)] of everything typed, for hidden fields on the check page."""
        pairs = []
        for name in self.fields:
            if isinstance(self.fields[name], UploadField):
                if upload := self.cleaned_data.get(name):
                    pairs.append((f"{name}_kept", str(upload.token)))
                continue
            pairs.extend((name, value) for value in self.data.getlist(name))
        return pairs

    def application(self):
        """The Application for the domain. Only for a valid form."""
        data = self.cleaned_data
        return Application(
            first_name=data["first_name"],
            infix=data["infix"],
            last_name=data["last_name"],
            email=data["email"],
            phone=data["phone"],
            admission=data.get("admission", SignUp.Admission.ALUMNI),
            motivation=data.get("motivation", ""),
            certificate_code=data.get("certificate_code", ""),
            for_work=data.get("buyer") == WORK,
            remarks=data["remarks"],
            swap_wishes=tuple(int(pk) for pk in data.get("swap_wishes", ())),
            buyer=self._buyer(),
            answers=tuple(self._given(name) for name in self.question_names),
            consents=tuple(
                (self.consent_texts[name], bool(data[name])) for name in self.consent_names
            ),
        )

    def clean_certificate_code(self):
        code = self.cleaned_data["certificate_code"]
        if code and certificates.find_by_code(code) is None:
            raise ValidationError(
                _("There is no certificate with this code. Correct it, or leave it empty."),
                code="certificate",
            )
        return code

    def clean(self):
        data = super().clean()
        if data.get("admission") == SignUp.Admission.EXCEPTION and not data.get("motivation"):
            self._require("motivation", _("Write a short motivation for the course leaders"))
        if data.get("buyer") == WORK and not data.get("organisation"):
            self._require("organisation", _("Enter the name of the organisation"))
        if self.kind == SignUp.Kind.ALUMNI and not data.get("certificate_code"):
            self._require_proof()
        return data

    def _require_proof(self):
        """Without a code: the certificate as a file, or a box ticked with which one declares it.

        Only on a form that asks for both.
        """
        kinds = {name: kind for name, kind in self.question_types.items() if kind in PROOFS}
        is_given = any(self.cleaned_data.get(name) for name in kinds)
        if set(kinds.values()) == PROOFS and not is_given and not kinds.keys() & self.errors.keys():
            words = _(
                "Show that you took the course: fill in the code, send your certificate along, or"
                " tick that you do not have it any more"
            )
            self._require(next(name for name, kind in kinds.items() if kind == "file"), words)

    def _require(self, name, message):
        self.add_error(name, ValidationError(message, code="required"))

    def _remove_what_does_not_apply(self, wishes):
        del self.fields["swap_wishes"]
        self.offer(wishes)
        if self.kind == SignUp.Kind.ALUMNI:
            del self.fields["admission"], self.fields["motivation"]
        else:
            del self.fields["certificate_code"]
        if not self.event.price_for(self.kind):
            for name in self.INVOICE:
                del self.fields[name]
        for name in self.CONDITIONAL:
            if name in self.fields:
                self.fields[name].conditional = True

    def _add_questions(self):
        self.question_names = []
        questions = list(self.page.questions.all())
        self.question_types = {
            QUESTION_PREFIX + question.clean_name: question.field_type for question in questions
        }
        for clean_name, form_field in QuestionBuilder(questions).formfields.items():
            name = QUESTION_PREFIX + clean_name
            self.fields[name] = form_field
            self.question_names.append(name)
            form_field.error_messages["required"] = _("Answer this question: %(question)s") % {
                "question": form_field.label
            }

    def _add_consents(self):
        self.consent_names, self.consent_texts = [], {}
        for number, block in enumerate(self.page.consents):
            if block.value.get("only_soon") and not self._begins_soon():
                continue
            name = f"{CONSENT_PREFIX}{number}"
            html = expand_db_html(block.value["text"].source)
            inline = re.sub(r"</?p[^>]*>", " ", html).strip()
            self.fields[name] = forms.BooleanField(
                label=mark_safe(inline),  # noqa: S308  rich text of staff, filtered by Wagtail
                required=block.value["required"],
            )
            self.fields[name].error_messages["required"] = _("Tick the box to agree: %(text)s") % {
                "text": strip_tags(inline)
            }
            self.consent_names.append(name)
            self.consent_texts[name] = strip_tags(inline)

    def _begins_soon(self):
        """Whether the course begins before the time to withdraw would be over."""
        parts = self.event.parts_for(self.kind)
        return bool(parts) and parts[0].first_day < timezone.localdate() + WITHDRAWAL

    def _buyer(self):
        data = self.cleaned_data
        if "buyer" not in self.fields:
            return None
        for_work = data["buyer"] == WORK
        return Buyer(
            organisation=data["organisation"] if for_work else "",
            reference=data["reference"] if for_work else "",
            street=data["street"],
            postcode=data["postcode"],
            city=data["city"],
            country=data["country"],
            email=data["invoice_email"],
        )

    def _given(self, name):
        value = self.cleaned_data.get(name)
        return Given(
            key=name.removeprefix(QUESTION_PREFIX),
            question=self.fields[name].label,
            value=self._in_words(name),
            upload_id=value.pk if isinstance(value, Upload) else None,
            field_type=self.question_types[name],
        )

    def _to_check(self, name):
        value = self.cleaned_data.get(name)
        return StoredFile(value) if isinstance(value, Upload) else self._in_words(name)

    def _in_words(self, name):
        return in_words(self.fields[name], self.cleaned_data.get(name))
