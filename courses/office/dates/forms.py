"""The CMS forms of courses and their dates. They refuse what would take a seat from somebody."""

import uuid

from django import forms
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm
from wagtail.models import Locale

from courses.models import CourseEventPage, CourseEventPart, Roster, SeatClaim, codes
from courses.office.dates import checklist, readiness
from courses.reading import seats


class CourseEventForm(WagtailAdminPageForm):
    is_draft = False

    def defer_required_fields(self):
        """Wagtail calls this for a draft or a preview, which may be incomplete."""
        super().defer_required_fields()
        self.is_draft = True

    def is_valid(self):
        # Not in clean(): the parts are validated after it.
        if super().is_valid() and self.instance.locale_id == Locale.get_default().pk:
            self._keep_taken_seats()
            if not self.is_draft and not self.instance.live:
                self._refuse_what_is_incomplete()
        return not self.errors and super().is_valid()

    def _refuse_what_is_incomplete(self):
        formset = self.formsets["parts"]
        parts = [form.instance for form in formset.forms if form not in formset.deleted_forms]
        course = self.parent_page.specific
        if items := readiness.missing(self.instance, course=course, parts=parts):
            self.add_error(None, checklist.say_what_is_missing(items))

    def _keep_taken_seats(self):
        taken = _taken_by_part(self.instance)
        if not taken:
            return
        parts = self.formsets["parts"]
        kept = {form.instance.key for form in parts.forms if form not in parts.deleted_forms}
        if taken.keys() - kept:
            self.add_error(
                None,
                _(
                    "People have signed up for a part that you took out: %(parts)s. Change that"
                    " part instead, or cancel those sign-ups first."
                )
                % {"parts": self._labels(taken.keys() - kept)},
            )
        capacity = self.cleaned_data.get("capacity") or self.parent_page.specific.capacity
        least = _least_capacity(self.instance)
        if capacity < least:
            self.add_error("capacity", _too_low(capacity, least))

    def _labels(self, keys):
        rows = CourseEventPart.objects.filter(page=self.instance.pk, key__in=keys)
        return ", ".join(row.name for row in rows) or _("a part of an earlier version")


class CourseForm(WagtailAdminPageForm):
    """Refuses a capacity that is too low for one of the dates that inherit it."""

    def clean(self):
        cleaned = super().clean()
        capacity = cleaned.get("capacity")
        if capacity is None or self.instance.pk is None:
            return cleaned
        for page in self._inheriting():
            least = _least_capacity(page)
            if capacity < least:
                self.add_error("capacity", f"{page.code}: {_too_low(capacity, least)}")
        return cleaned

    def _inheriting(self):
        return CourseEventPage.objects.child_of(self.instance).filter(
            capacity__isnull=True, locale=Locale.get_default()
        )


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


def _taken_by_part(page):
    """{part key: seats taken}, including those of lapsed holds that were not released yet."""
    return seats.count_by_part(
        SeatClaim.objects.filter(roster__translation_key=page.translation_key)
    )


def _least_capacity(page):
    roster = Roster.objects.filter(translation_key=page.translation_key).first()
    return seats.least_capacity(roster) if roster else 0


def _too_low(capacity, taken):
    return _(
        "%(capacity)s is too low: %(taken)s places are taken. Cancel sign-ups first, or choose"
        " at least %(taken)s."
    ) % {"capacity": capacity, "taken": taken}
