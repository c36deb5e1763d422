"""How long data are kept, what is removed soon, and what was removed the last nights."""

from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.viewsets.base import ViewSet

from core import retention
from core.models import RetentionRun
from core.once import cached_briefly
from core.to_do import ToDo
from courses.office.privacy.persons import PERMISSION, PrivacyMenuItem, PrivacyView

RUNS = 14
LATE_DAYS = 3  # nights without a run after which staff should look


class TermsView(PrivacyView):
    page_title = gettext_lazy("Retention terms")
    header_icon = "history"
    template_name = "courses/office/retention.html"
    http_method_names = ["get"]

    @cached_property
    def table(self):
        return [{"rule": rule, "coming": coming} for rule, coming in retention.forecast()]

    def get_context_data(self, **kwargs):
        what = {rule.key: rule.what for rule in retention.rules()}
        runs = list(RetentionRun.objects.select_related("by")[:RUNS])
        for run in runs:
            run.lines = [
                {"what": what.get(key, key), "number": number} for key, number in run.counts.items()
            ]
        return super().get_context_data(table=self.table, runs=runs, **kwargs)


def staff_to_do(user):
    """What will be removed soon, and a warning when the nightly job does not run."""
    if not user.has_perm(PERMISSION):
        return
    last = cached_briefly("retention run", RetentionRun.objects.filter(by=None).first)
    if last is None:
        return
    url, late = reverse("retention:index"), (timezone.now() - last.at).days
    label = _("nights in which nothing was removed that had to: does the worker run?")
    if late >= LATE_DAYS:
        yield ToDo(label=label, number=late, url=url, order=300, icon="warning")
    label = ngettext(
        "sign-up of which data go within 30 days",
        "sign-ups of which data go within 30 days",
        last.soon,
    )
    yield ToDo(label=label, number=last.soon, url=url, order=900, icon="history")


class TermsViewSet(ViewSet):
    name = "retention"
    url_prefix = "retention"
    icon = "history"
    menu_label = gettext_lazy("Retention terms")
    menu_item_class = PrivacyMenuItem

    def get_urlpatterns(self):
        return [path("", TermsView.as_view(), name="index")]
