"""What pages that ask before they do something have in common."""

from django.shortcuts import redirect
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin


class AskingView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """About one `sign_up`. GET says what will happen, POST does it; both lead to `back_url`."""

    permission_policy = None
    permission_required = "change"
    template_name = "courses/office/confirm_verb.html"
    http_method_names = ["get", "post"]
    sign_up = None
    back_url = ""

    def done(self, words):
        messages.success(self.request, words)
        return redirect(self.back_url)

    def refuse(self, words):
        """Nothing was changed: somebody else, or the clock, was first."""
        messages.error(self.request, words)
        return redirect(self.back_url)

    def get_page_subtitle(self):
        return self.sign_up.full_name

    def get_context_data(self, **kwargs):
        return super().get_context_data(sign_up=self.sign_up, back_url=self.back_url, **kwargs)
