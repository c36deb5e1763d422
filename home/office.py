"""For staff: the translations that are out of date, each with a link to where it is updated."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail_localize.models import Translation

from core.once import cached_briefly
from core.to_do import ToDo
from home import translations

PERMISSION = "wagtail_localize.submit_translation"
LABEL = gettext_lazy("Translations out of date")
ICON = "wagtail-localize-language"


class OutdatedView(WagtailAdminTemplateMixin, TemplateView):
    page_title = LABEL
    header_icon = ICON
    template_name = "home/office/translations.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": LABEL}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(behind=translations.outdated(), **kwargs)


class BringInView(View):
    """From a line of the list to its sentences beside each other, with what has changed in them."""

    http_method_names = ["post"]

    def post(self, request, pk):
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        found = Translation.objects.filter(enabled=True).select_related("source")
        return redirect(translations.bring_in(get_object_or_404(found, pk=pk), request.user))


def translations_to_update(user):
    """For the hook `staff_to_do`."""
    if not user.has_perm(PERMISSION):
        return []
    number = cached_briefly("translations behind", lambda: len(translations.outdated()))
    label = ngettext("translation that is out of date", "translations that are out of date", number)
    return [ToDo(label, number, reverse("translations_behind"), order=680, icon=ICON)]


def urls():
    return [
        path("translations-behind/", OutdatedView.as_view(), name="translations_behind"),
        path("translations-behind/<int:pk>/", BringInView.as_view(), name="bring_in_translation"),
    ]
