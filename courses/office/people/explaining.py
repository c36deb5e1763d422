"""A sentence of the office that goes along in the mail about a decision."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import TextField
from courses.office.asking import NoForm
from mail.outbox import says

MOST_LETTERS = 1000


class ExplanationForm(NoForm):
    """An optional explanation, if the mail of this kind has a place for it.

    The mail is a text that staff edit, so that the place may have gone.
    """

    mail = ""  # the kind of mail

    explanation = TextField(
        label=gettext_lazy("Explanation (optional)"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data=None, *, about):
        super().__init__(data, about=about)
        if not says("explanation", self.mail, about.language):
            del self.fields["explanation"]
            return
        self.order_fields([name for name in self.fields if name != "explanation"])
        language = dict(settings.LANGUAGES).get(about.language, about.language)
        self.fields["explanation"].help_text = _(
            "It is in the mail to %(name)s as you write it here, so write it in their language:"
            " %(language)s."
        ) % {"name": about.full_name, "language": _(language)}


class RefusalForm(ExplanationForm):
    mail = "admission_refused"
