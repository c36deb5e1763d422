"""What a course date still lacks, at the top of the editor; publishing is refused without it."""

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel
from wagtail.models import Locale

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
