"""The forms and panels with which staff edit a course or one of its dates.

They use the office, which models must not import. So they are assigned to the models from here, as
Wagtail's admin does with its own models.
"""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Page

from courses.models import (
    CourseEventPage,
    CourseIndexPage,
    CoursePage,
    SignUpPage,
    SignUpQuestion,
)
from courses.office.dates.checklist import ChecklistPanel
from courses.office.dates.forms import (
    AboveDatesForm,
    CourseEventCopyForm,
    CourseEventForm,
    CourseForm,
    PartForm,
    PartFormSet,
    WithoutDatesCopyForm,
)
from courses.office.dates.questions import SignUpPageForm
from courses.office.dates.who_comes import WhoComesPanel


class PartsPanel(InlinePanel):
    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": PartForm, "formset": PartFormSet}
        return options


CONTENT = [
    FieldPanel("title", classname="title"),  # Wagtail's own panel expects a slug field
    ChecklistPanel(),
    WhoComesPanel(heading=_("Who is coming?")),
    PartsPanel(
        "parts",
        heading=_("Days and places"),
        label=_("part"),
        min_num=1,
        help_text=_("Days that belong together are one part; the return day is another."),
    ),
    FieldPanel("introduction"),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("sign_up_opens"), FieldPanel("sign_up_closes")]),
            FieldPanel("brochure"),
        ],
        heading=_("Sign-up"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("price_cents"),
            FieldRowPanel([FieldPanel("minimum"), FieldPanel("capacity")]),
            FieldPanel("audience"),
            FieldPanel("decision_day"),
        ],
        heading=_("Different from the course"),
    ),
]


class KindSelect(forms.Select):
    """The kinds of answer that staff need, and the one that a question has already."""

    def optgroups(self, name, value, attrs=None):
        wanted = {*dict(SignUpQuestion.OFFERED), *value, ""}
        self.choices = [choice for choice in self.choices if choice[0] in wanted]
        return super().optgroups(name, value, attrs)


# Wagtail's own words, such as “label”, are those of who builds forms.
QUESTION_PANELS = [
    FieldPanel("label", heading=_("Question"), help_text=_("As people read it.")),
    FieldPanel(
        "help_text", heading=_("Explanation"), help_text=_("Below the question, in small letters.")
    ),
    FieldPanel("required", heading=_("Must be answered")),
    FieldPanel("field_type", classname="formbuilder-type", widget=KindSelect),
    FieldPanel("choices", classname="formbuilder-choices"),
    FieldPanel("default_value", classname="formbuilder-default"),
]


# Without the slug, which is the code.
PROMOTE = [
    MultiFieldPanel(
        [
            FieldPanel("seo_title"),
            FieldPanel("search_description"),
            FieldPanel("share_image"),
        ],
        heading=_("Search engines and sharing"),
    ),
]


def install():
    """Called by `courses.wagtail_hooks`, which Wagtail imports before it makes its first form."""
    CourseIndexPage.base_form_class = AboveDatesForm
    CoursePage.base_form_class = CourseForm
    SignUpPage.base_form_class = SignUpPageForm
    SignUpQuestion.panels = QUESTION_PANELS
    CourseEventPage.base_form_class = CourseEventForm
    CourseEventPage.copy_form_class = CourseEventCopyForm
    CourseIndexPage.copy_form_class = CoursePage.copy_form_class = WithoutDatesCopyForm
    CourseEventPage.content_panels = CONTENT
    CourseEventPage.promote_panels = PROMOTE
    CourseEventPage.settings_panels = (
        Page.settings_panels
    )  # no ageing panel: a date is over before its text needs a review
