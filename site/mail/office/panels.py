from django.urls import reverse
from wagtail.admin.ui.components import Component

from mail.models import OutgoingMail


class UnsentMailPanel(Component):
    """On the start page of the CMS: mails that were given up, as long as nobody saw to them."""

    name = "unsent_mail"
    order = 150
    template_name = "mail/office/unsent_panel.html"

    def get_context_data(self, parent_context):
        failed = OutgoingMail.objects.filter(
            state=OutgoingMail.State.FAILED, copies=None, forgotten_at=None
        )
        address = f"{reverse('outbox:index')}?state={OutgoingMail.State.FAILED}"
        return {"number": failed.count(), "address": address}
