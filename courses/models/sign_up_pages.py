from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.forms.models import FORM_FIELD_CHOICES, AbstractFormField
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import RichTextField
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from core import richtext
from core.fields import StreamField
from core.models import BasePage
from courses.models.page_rights import AboveDatesPermissionTester
from courses.models.sign_ups import Answer, SignUp


class ConsentBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(label=_("text"), features=richtext.LINE)
    required = blocks.BooleanBlock(
        label=_("must be ticked"),
        required=False,
        default=True,
        help_text=_("Only for what the agreement needs. A newsletter is a free choice."),
    )
    only_soon = blocks.BooleanBlock(
        label=_("only where the course begins within 14 days"),
        required=False,
        default=False,
        help_text=_("For the line about the time to think that can end (art. 6:230p BW)."),
    )

    class Meta:
        icon = "tick"
        label = _("consent line")


class SignUpPage(RoutablePageMixin, BasePage):
    """The sign-up form. Staff write its texts and their own questions; the core fields are fixed.

    The core fields are in `courses.forms.core_fields`; a form that is sent becomes a `SignUp`.
    """

    Kind = SignUp.Kind

    kind = models.CharField(
        _("for"),
        max_length=10,
        choices=SignUp.Kind,
        default=SignUp.Kind.COURSE,
        help_text=_("The whole course, or only its return day for alumni."),
    )
    introduction = RichTextField(_("introduction"), blank=True, features=richtext.SHORT)
    consents = StreamField(
        [("consent", ConsentBlock())], blank=True, verbose_name=_("consent lines")
    )
    terms_page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("terms"),
        help_text=_("Each sign-up keeps which version of this page was accepted."),
    )
    thank_you = RichTextField(
        _("what happens next"),
        blank=True,
        features=richtext.SHORT,
        help_text=_("Shown on the page that people see after signing up."),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("kind"),
        FieldPanel("introduction"),
        InlinePanel(
            "questions",
            heading=_("Your own questions"),
            label=_("question"),
            help_text=_(
                "Name, e-mail, telephone, admission, invoice data, remarks and swap wish are always"
                " asked. Ask only what you need; never ask about health."
            ),
        ),
        MultiFieldPanel(
            [FieldPanel("consents"), PageChooserPanel("terms_page")], heading=_("Agreement")
        ),
        FieldPanel("thank_you"),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("kind", overridable=False),
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types = []
    page_description = _("The form with which people sign up for a date")

    class Meta:
        verbose_name = _("sign-up form")
        verbose_name_plural = _("sign-up forms")

    def permissions_for_user(self, user):
        return AboveDatesPermissionTester(user, self)

    def clean(self):
        super().clean()
        if self.kind == self.Kind.COURSE and not any(
            block.value["required"] for block in self.consents
        ):
            raise ValidationError(
                {"consents": _("Add at least one line that must be ticked: the terms.")}
            )

    def url_for(self, code):
        return self.url + self.reverse_subpage("form", kwargs={"code": code.lower()})

    @cached_property
    def terms_version(self):
        if self.terms_page is None:
            return ""
        terms = self.terms_page.localized  # in the language in which people read them
        published = terms.last_published_at or terms.latest_revision_created_at
        if published is None:
            return terms.title
        return f"{terms.title} {timezone.localtime(published):%Y-%m-%d %H:%M}"


OFFERED = (  # the kinds of answer that staff choose among
    ("singleline", _("Short answer, one line")),
    ("multiline", _("Long answer, several lines")),
    ("radio", _("One choice of several")),
    ("checkboxes", _("One or more choices of several")),
    ("checkbox", _("A box to tick: yes or no")),
    ("date", _("A day")),
    ("file", _("File")),
    (Answer.REGISTRATION, _("Registration number, for the register of a profession")),
)


class SignUpQuestion(TranslatableMixin, AbstractFormField):
    """A question that the institute adds to the form. `clean_name` survives a new wording."""

    # Other kinds of Wagtail work where a form has them already.
    OFFERED = OFFERED
    FIELD_TYPES = (
        *OFFERED,
        *(kind for kind in FORM_FIELD_CHOICES if kind[0] not in dict(OFFERED)),
    )

    page = ParentalKey(SignUpPage, on_delete=models.CASCADE, related_name="questions")
    field_type = models.CharField(_("kind of answer"), max_length=16, choices=FIELD_TYPES)
    field_type.required_on_save = True
    choices = models.TextField(
        _("choices"),
        blank=True,
        help_text=_("One choice a line. Only for checkboxes, radio buttons and lists."),
    )
    default_value = models.TextField(
        _("filled in beforehand"),
        blank=True,
        help_text=_("For checkboxes and lists: one choice a line, as it is written above."),
    )

    override_translatable_fields = [
        SynchronizedField(name, overridable=False)
        for name in ("clean_name", "field_type", "required")
    ]

    class Meta(TranslatableMixin.Meta, AbstractFormField.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def clean(self):
        """A registration number is never required, for not everybody is in a register."""
        super().clean()
        if self.field_type == Answer.REGISTRATION:
            self.required = False
