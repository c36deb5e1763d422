"""Making a new date from an earlier one: choose it and a first day, see the result, create it."""

import datetime

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput, Button
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Locale
from wagtail.permissions import page_permission_policy

from core.ids import is_id
from courses.domain import date_alerts, new_dates
from courses.models import CourseEventPage, CoursePage
from courses.office.pages import OfficeView

PERMISSION = "courses.change_courseeventpage"
LABEL = gettext_lazy("New date")
ICON = "date"
FARTHEST = datetime.timedelta(days=5 * 365)  # a later year must be a typing error


class OriginalField(forms.ModelChoiceField):
    def to_python(self, value):
        if value and not is_id(str(value)):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)

    def label_from_instance(self, page):
        first_day = formats.date_format(page.first_day, "DATE_FORMAT")
        return f"{first_day}, {page.title} ({page.code})"


class NewDateForm(forms.Form):
    original = OriginalField(
        label=gettext_lazy("Start from"),
        queryset=CourseEventPage.objects.none(),
        empty_label=None,
        help_text=gettext_lazy(
            "The new date gets its title, parts, times, towns, venues, price and number of places."
        ),
    )
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=AdminDateInput,
        help_text=gettext_lazy("All other days move along by the same number of days."),
    )
    venue_follows = forms.BooleanField(
        label=gettext_lazy("The venue follows later"),
        required=False,
        help_text=gettext_lazy("Keeps the towns and leaves venue and address empty."),
    )

    def __init__(self, *args, originals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["original"].queryset = originals

    def clean_first_day(self):
        first_day = self.cleaned_data["first_day"]
        if first_day < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose a day from today on."))
        if first_day > timezone.localdate() + FARTHEST:
            raise ValidationError(_("This day is too far away. Check the year."))
        return first_day

    @cached_property
    def plan(self):
        """The plan for the new date; None while the form is incomplete."""
        if not self.is_bound or not self.is_valid():
            return None
        data = self.cleaned_data
        return new_dates.plan(
            data["original"], data["first_day"], venue_follows=data["venue_follows"]
        )

    @property
    def fingerprint(self):
        """Changes with the plan, so that nothing is created that was not shown."""
        data = self.cleaned_data
        return f"{data['original'].pk}/{self.plan.code}/{data['venue_follows']:d}"


class NewDateView(OfficeView):
    """The first POST shows the new date; the second creates it and opens the editor."""

    page_title = LABEL
    header_icon = ICON
    template_name = "courses/office/new_date.html"
    http_method_names = ["get", "post"]

    def dispatch(self, request, *args, **kwargs):
        if not may_make_dates(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        plan = self.form.plan
        shown = request.POST.get("shown")
        if plan is None or "create" not in request.POST or shown != self.form.fingerprint:
            return self.render_to_response(self.get_context_data())
        course = plan.original.get_parent()
        if not course.permissions_for_user(request.user).can_add_subpage():
            raise PermissionDenied
        try:
            page = new_dates.make(plan, by=request.user)
        except new_dates.StalePlanError:
            del self.form  # the code was taken meanwhile: show the new one first
            return self.render_to_response(self.get_context_data())
        messages.success(
            request,
            _(
                "The draft of %(code)s is made: %(days)s. Nobody sees it until you publish it."
                " What is still missing is at the top."
            )
            % {"code": page.code, "days": plan.days_in_words},
        )
        return redirect("wagtailadmin_pages:edit", page.pk)

    @cached_property
    def form(self):
        data = self.request.POST if self.request.method == "POST" else None
        return NewDateForm(data, originals=self.originals, initial=self.initial)

    @cached_property
    def originals(self):
        """The dates to start from where this user may add pages; of one course if `?course=`."""
        allowed = page_permission_policy.instances_user_has_permission_for(self.request.user, "add")
        found = new_dates.originals().filter(pk__in=allowed)
        pk = self.request.GET.get("course", "")
        course = CoursePage.objects.filter(pk=pk).first() if is_id(pk) else None
        return found.child_of(course) if course else found

    @property
    def initial(self):
        wanted = self.request.GET.get("from", "")
        pages = self.originals
        chosen = pages.filter(pk=wanted).first() if is_id(wanted) else None
        return {"original": chosen or pages.first()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            form=self.form,
            plan=self.form.plan,
            media=self.form.media,
            demand=date_alerts.demand(),
            has_originals=self.originals.exists(),
            **kwargs,
        )


def may_make_dates(user):
    return user.has_perm(PERMISSION) and page_permission_policy.user_has_permission(user, "add")


def button(page, user):
    """The button “New date” in the menu of a course or a date; None on other pages."""
    is_source = page.locale_id == Locale.get_default().pk
    if not is_source or not may_make_dates(user):
        return None
    if isinstance(page, CoursePage):
        return Button(LABEL, url(course=page.pk), icon_name=ICON, priority=5)
    if isinstance(page, CourseEventPage):
        course = page.get_parent()
        return Button(LABEL, url(course=course.pk, **{"from": page.pk}), icon_name=ICON, priority=5)
    return None


def header_buttons(user):
    """The button “New date” in the header of a list."""
    if not may_make_dates(user):
        return []
    return [HeaderButton(LABEL, url(), icon_name=ICON)]


def url(**query):
    return f"{reverse('new_date')}?{urlencode(query)}" if query else reverse("new_date")


def urlpatterns():
    return [path("new-date/", NewDateView.as_view(), name="new_date")]
