"""Sign-up forms as visitors fill them in, and questions as staff add them."""

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from courses.forms.sign_up import SignUpForm
from courses.models import SignUp, SignUpQuestion
from tests import visitors


def data_of(values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def form(values=None, files=None, kind=SignUp.Kind.COURSE, wishes=()):
    data = data_of(values) if values is not None else None
    return SignUpForm(
        data,
        MultiValueDict(files or {}) if data is not None else None,
        page=visitors.form_page(kind),
        event=visitors.coming_event(),
        wishes=wishes,
    )


def add_question(kind="singleline", page=None, **values):
    """Add a question to the form, as staff do."""
    question = {"label": "Waar loopt u?", "required": False, "sort_order": 90} | values
    return SignUpQuestion.objects.create(
        page=page or visitors.form_page(), field_type=kind, locale_id=1, **question
    )
