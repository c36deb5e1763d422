"""The CMS form of a sign-up form: two questions never answer under one name."""

from django.utils.translation import gettext as _

from courses.office.dates.forms import AboveDatesForm


class SignUpPageForm(AboveDatesForm):
    def is_valid(self):
        # Not in clean(): the questions are validated after it.
        if super().is_valid():
            formset = self.formsets["questions"]
            _keep_apart([form for form in formset.forms if form not in formset.deleted_forms])
        return not self.errors and super().is_valid()


def _keep_apart(forms):
    """Refuse a question that reads as one before it; give others a name of their own.

    The name under which answers are kept is made from the first wording, so “Dieet?” may get the
    name that “Dieet” has, or one that was given before a question was reworded.
    """
    labels, names = set(), {form.instance.clean_name for form in forms} - {""}
    for form in forms:
        question = form.instance
        label = " ".join(question.label.casefold().split())
        if label in labels:
            form.add_error(
                "label", _("There is a question with this text already. Word one of them anew.")
            )
        labels.add(label)
        if not question.clean_name:
            question.clean_name = _free_name(question.get_field_clean_name(), names)
            names.add(question.clean_name)


def _free_name(name, taken):
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
