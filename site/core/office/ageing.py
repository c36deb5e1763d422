"""The report of texts that are due to be read again; one click records that they still hold."""

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import formats
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import LogFormatter
from wagtail.permissions import page_permission_policy

from core import ageing
from core.models import Ageing
from core.once import cached_briefly
from core.to_do import ToDo

LABEL = gettext_lazy("Texts to check again")
ICON = "time"


def may_see(user):
    """Whether this person may change texts: pages, or the questions of the FAQ."""
    return page_permission_policy.user_has_permission(user, "change") or user.has_perm(
        "faq.change_faqquestion"
    )


class CheckAgainView(WagtailAdminTemplateMixin, TemplateView):
    page_title = LABEL
    header_icon = ICON
    template_name = "core/office/check_again.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": LABEL}]

    @cached_property
    def rows(self):
        return [
            {
                "title": get_latest_str(text),
                "kind": text._meta.verbose_name,
                "day": text.check_again_on,
                "note": text.check_again_note,
                "edit_url": _edit_url(text, self.request.user),
                "checked_url": reverse(
                    "check_again:checked", args=[text._meta.label_lower, text.pk]
                ),
            }
            for text in ageing.due(self.request.user)
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(rows=self.rows, **kwargs)


class CheckedView(View):
    """The button “Still true”: the text is due again in a year."""

    http_method_names = ["post"]

    def post(self, request, label, pk):
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError) as error:
            raise Http404 from error
        if not issubclass(model, Ageing):
            raise Http404
        text = get_object_or_404(model, pk=pk)
        if not ageing.may_change(text, request.user):
            raise PermissionDenied
        day = ageing.mark_checked(text, by=request.user)
        messages.success(
            request,
            _("“%(title)s” is to be checked again on %(day)s.")
            % {"title": get_latest_str(text), "day": formats.date_format(day, "DATE_FORMAT")},
        )
        return redirect("check_again:index")


class CheckAgainLogFormatter(LogFormatter):
    label = gettext_lazy("Checked: still true")
    message = gettext_lazy("Read once more: still true")


class ReportMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see(request.user)


def menu_item():
    return ReportMenuItem(LABEL, reverse("check_again:index"), icon_name=ICON, order=820)


def texts_to_check_again(user):
    """For the hook `staff_to_do`."""
    if not may_see(user):
        return []
    number = cached_briefly(f"texts to check of {user.pk}", lambda: ageing.number_due(user))
    return [
        ToDo(
            label=_texts_to_check(number),
            number=number,
            url=reverse("check_again:index"),
            order=700,
            icon=ICON,
        )
    ]


def _texts_to_check(number):
    return ngettext("text to check again", "texts to check again", number)


def _edit_url(text, user):
    if not ageing.may_change(text, user):
        return ""
    return AdminURLFinder(user).get_edit_url(text) or ""


urlpatterns = [
    path("", CheckAgainView.as_view(), name="index"),
    path("<str:label>/<int:pk>/", CheckedView.as_view(), name="checked"),
]
