"""Filling in or correcting what a person answered to the institute's own questions."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import corrections
from courses.forms.answers import AnswerFields
from courses.models import SignUp
from courses.office.asking import NoForm, Verb


class AnswersForm(AnswerFields, NoForm):
    """Without register numbers, which are noted in the register of the group."""

    def __init__(self, data=None, *, about):
        super().__init__(data, about=about)
        self.load(about, with_registrations=False)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    @property
    def sections(self):
        return [(_("Answers"), list(self))]


def _after_answering(sign_up):
    return [
        _("It is in the lists and exports at once. Nobody gets a mail."),
        _("What somebody sent as a file stays as it is."),
    ]


VERBS = (
    Verb(
        name="answers",
        states=SignUp.LIVE,
        do=corrections.answer,
        permissions=("courses.view_answer", "courses.change_signup"),
        label=gettext_lazy("Fill in or correct answers"),
        question=gettext_lazy("What did %(name)s answer?"),
        done=gettext_lazy("The answers of %(name)s have been saved."),
        consequences=_after_answering,
        form=AnswersForm,
    ),
)
