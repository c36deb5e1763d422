"""The CMS forms of courses and their dates. They refuse what would take a seat from somebody."""

import uuid

from django import forms
from django.utils.translation import gettext as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Locale

from core.page_forms import PageForm
from courses.models import CourseEventPage, codes
from courses.models.page_rights import EDIT_DATES, dates_below
from courses.office.dates import publishing, readiness


class PartForm(WagtailAdminModelForm):
    """Seats are claimed by the key of a part, so a part that comes back brings its key along."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        if instance is not None:  # a part that staff add gets a key of its own
            self.initial["key"] = instance.key

    def _post_clean(self):
        if self.instance._state.adding and (key := self.cleaned_data.get("key")):
            self.instance.key = key
        super()._post_clean()


class PartFormSet(BaseChildFormSet):
    """Takes a row that is no longer there, as in an earlier version of the page, for a new one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound or not self.management_form.is_valid():
            return
        self.data = self.data.copy()
        known = {str(part.pk) for part in self.get_queryset()}
        for number in range(self.initial_form_count()):
            name = f"{self.add_prefix(number)}-id"
            if self.data.get(name) not in known:
                self.data[name] = ""

    def clean(self):
        super().clean()
        keys = [form.instance.key for form in self.forms if form not in self.deleted_forms]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Two parts are the same. Take one of them out."))


class CourseEventForm(PageForm):
    is_draft = False

    def defer_required_fields(self):
        """Wagtail calls this for a draft or a preview, which may be incomplete."""
        super().defer_required_fields()
        self.is_draft = True

    def is_valid(self):
        # Not in clean(): the parts are validated after it.
        if super().is_valid() and self.instance.locale_id == Locale.get_default().pk:
            formset = self.formsets["parts"]
            parts = [form.instance for form in formset.forms if form not in formset.deleted_forms]
            self._keep_taken_seats(parts)
            if not self.is_draft and not self.instance.live:
                self._refuse_what_is_incomplete(parts)
        return not self.errors and super().is_valid()

    def _refuse_what_is_incomplete(self, parts):
        course = self.parent_page.specific
        if items := readiness.missing(self.instance, course=course, parts=parts):
            self.add_error(None, readiness.say_what_is_missing(items))

    def _keep_taken_seats(self, parts):
        for reason in publishing.lost_parts(self.instance, {part.key for part in parts}):
            self.add_error(None, reason)
        capacity = self.cleaned_data.get("capacity") or self.parent_page.specific.capacity
        for reason in publishing.lost_places(self.instance, capacity):
            self.add_error("capacity", reason)


class AboveDatesForm(PageForm):
    """A page that dates hang on goes offline only by who may change those dates."""

    def clean(self):
        cleaned = super().clean()
        may_not = self.instance.pk and not self.for_user.has_perm(EDIT_DATES)
        if may_not and "expire_at" in self.changed_data and dates_below(self.instance).exists():
            self.add_error(
                "expire_at",
                _("People sign up for dates here, so only who may change dates can plan this."),
            )
        return cleaned


class CourseForm(AboveDatesForm):
    """Refuses a capacity that is too low for one of the dates that inherit it."""

    def clean(self):
        cleaned = super().clean()
        capacity = cleaned.get("capacity")
        if capacity is None or self.instance.pk is None:
            return cleaned
        for page in publishing.inheriting(self.instance):
            for reason in publishing.lost_places(page, capacity):
                self.add_error("capacity", f"{page.code}: {reason}")
        return cleaned


class WithoutDatesCopyForm(CopyForm):
    """For a page above dates: it is copied alone, as a draft."""

    ALONG = ("copy_subpages", "publish_copies", "alias")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_dates = dates_below(self.page).exists()
        if self.has_dates:
            for name in self.ALONG:
                self.fields.pop(name, None)
            self.fields["new_title"].help_text = _(
                "Only this page is copied, as a draft. What is below it stays where it is, for"
                " people sign up for the dates there. Copy a date by itself."
            )

    def clean(self):
        # Of a page that was opened before the boxes were gone; the template shows no other errors.
        if self.has_dates and any(self.data.get(name) for name in self.ALONG):
            self.add_error(
                "new_title",
                _(
                    "There are course dates below this page, so it has no alias and is copied"
                    " without what is below it, as a draft."
                ),
            )
        return super().clean()


class CourseEventCopyForm(CopyForm):
    """A copy is a draft of a new date, whose code and address follow from its first day."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)
        self.fields["new_title"].help_text = _(
            "The copy has the same days until you change them. Nobody has signed up for it."
        )
        self.fields["new_slug"] = forms.SlugField(
            initial=self._free_slug(),
            disabled=True,
            label=_("Address"),
            help_text=_("Made from the first day, and changes with it until you publish."),
        )

    def _free_slug(self):
        first_day = self.page.specific.first_day
        if first_day is None:
            return f"datum-{uuid.uuid4().hex[:8]}"
        unsaved = CourseEventPage(translation_key=uuid.uuid4(), code="")
        return codes.event_code(first_day, page=unsaved).lower()
