"""The answers of somebody who has signed up, to fill in or to change later."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.form_fields import TextField
from courses.domain.registrations import OFFICE_KEY
from courses.domain.sign_ups import Given
from courses.forms.contact_fields import word_the_errors
from courses.forms.questions import QuestionBuilder, in_words
from courses.forms.uploads import UploadField
from courses.models import Answer
from courses.reading import events


class AnswerFields(forms.Form):
    """The questions of the form in the person's language, none of them required, and the remarks.

    Only what was changed here is saved, because somebody else may have changed the rest.
    """

    remarks = TextField(
        label=gettext_lazy("Remarks"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def load(self, sign_up, *, with_registrations):
        """Add the questions, with what this person answered. To be called once."""
        self.sign_up = sign_up
        self.initial["remarks"] = sign_up.remarks
        answers = {answer.key: answer for answer in sign_up.answers.all()}
        left_out = set() if with_registrations and OFFICE_KEY not in answers else self.registrations
        with override(sign_up.language):
            for key, field in self.builder.formfields.items():
                if not isinstance(field, UploadField) and key not in left_out:
                    self._add(key, field, answers.get(key))
        self.order_fields([name for name in self.fields if name != "remarks"])
        for field in self.fields.values():
            field.show_hidden_initial = True

    @cached_property
    def questions(self):
        event = events.for_reader(self.sign_up.roster, self.sign_up.language)
        page = event.sign_up_pages.get(self.sign_up.kind) if event else None
        return list(page.questions.all()) if page else []

    @cached_property
    def builder(self):
        return QuestionBuilder(self.questions)

    @property
    def registrations(self):
        """The questions for a register number."""
        found = (row for row in self.questions if row.field_type == Answer.REGISTRATION)
        return {row.clean_name for row in found}

    @property
    def shown_before(self):
        """Hidden fields with the initial values, so that `changed_data` compares with the page."""
        return [field.as_hidden(only_initial=True) for field in self]

    def arguments(self):
        """The keyword arguments of `corrections.answer`."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        remarks = changed.pop("remarks", None)
        types = {question.clean_name: question.field_type for question in self.questions}
        with override(self.sign_up.language):
            answers = tuple(
                Given(
                    key=key,
                    question=self.fields[key].label,
                    value=in_words(self.fields[key], value),
                    field_type=types[key],
                )
                for key, value in changed.items()
            )
        return {"answers": answers, "remarks": remarks}

    def _add(self, key, field, answer):
        if isinstance(field, (forms.DateField, forms.DateTimeField, forms.DecimalField)):
            field = TextField(label=field.label, max_length=255)  # kept in words, so shown so
        field.required = False
        value = answer.value if answer else ""
        self.fields[key] = field
        self.initial[key] = _value(field, value)
        if value and not self.initial[key]:  # the choice is not offered any more
            field.help_text = _("Now: %(answer)s") % {"answer": value}


class OwnAnswersForm(AnswerFields):
    """The person's own answers, also a register number unless the office has noted one."""

    use_required_attribute = False
    MISSING: dict[str, str] = {}

    def __init__(self, data=None, *, sign_up):
        super().__init__(data)
        self.load(sign_up, with_registrations=True)
        for field in self.fields.values():
            field.show_hidden_initial = False  # nobody else has this page
        word_the_errors(self)


def _value(field, words):
    """The value of a field that `in_words` would write like this."""
    if isinstance(field, forms.MultipleChoiceField):
        parts = words.split("; " if "; " in words else ", ")
        offered = [value for value, _label in field.choices]
        return [value for value in offered if value in parts or value == words]
    if isinstance(field, forms.ChoiceField):
        return next((value for value, label in field.choices if value and label == words), "")
    if isinstance(field, forms.BooleanField):
        return words == in_words(field, True)
    return words
