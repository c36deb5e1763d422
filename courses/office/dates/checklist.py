"""What a course date still lacks, at the top of the editor; publishing is refused without it."""

from django.db.models import Q
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import Panel
from wagtail.models import Locale, Page

from courses.models import CourseEventPage
from courses.office.dates import readiness


class ChecklistPanel(Panel):
    def __init__(self, *args, **kwargs):
        kwargs.setdefault("heading", gettext_lazy("Ready to publish?"))
        super().__init__(*args, **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/office/checklist_panel.html"

        def is_shown(self):
            page = self.instance
            return bool(page.pk) and page.locale_id == Locale.get_default().pk

        def get_context_data(self, parent_context=None):
            items = readiness.checklist(self.instance, self.request.user)
            return super().get_context_data(parent_context) | {
                "items": sorted(items, key=lambda item: readiness.URGENCY[item.state]),
                "missing": sum(item.state == readiness.State.MISSING for item in items),
                "advised": sum(item.state == readiness.State.ADVISED for item in items),
                "is_live": self.instance.live,
            }


def say_what_is_missing(items):
    """One sentence about why a date is not published."""
    return _("Not published yet, because something is missing: %(items)s") % {
        "items": " ".join(f"{item.subject}: {item.says}" for item in items)
    }


def refuse_publishing(request, action_type, objects, action):
    """For `before_bulk_action`: publishing many pages at once follows the same checklist."""
    if action_type != "publish":
        return None
    pages = [page for page in objects if isinstance(page, Page)]
    chosen = Q(pk__in=[page.pk for page in pages])
    if request.POST.get("include_descendants"):
        for page in pages:
            chosen |= Q(path__startswith=page.path)
    for page in CourseEventPage.objects.filter(chosen, live=False).order_by("path"):
        if items := readiness.missing(page.get_latest_revision_as_object()):
            messages.error(
                request, f"{page.get_admin_display_title()}: {say_what_is_missing(items)}"
            )
            return redirect(action.next_url)
    return None
