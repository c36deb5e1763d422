from django.urls import reverse
from wagtail.admin.ui.components import Component

from mail.models import OutgoingMail

State = OutgoingMail.State
Delivery = OutgoingMail.Delivery


class UnsentMailPanel(Component):
    """On the start page of the CMS: mails that did not arrive, as long as nobody saw to them."""

    name = "unsent_mail"
    order = 150
    template_name = "mail/office/unsent_panel.html"

    def get_context_data(self, parent_context):
        open_mails = OutgoingMail.objects.filter(copies=None, forgotten_at=None)
        outbox = reverse("outbox:index")
        return {
            "unsent": open_mails.filter(state=State.FAILED).count(),
            "unsent_address": f"{outbox}?state={State.FAILED}",
            "bounced": open_mails.filter(delivery=Delivery.BOUNCED).count(),
            "bounced_address": f"{outbox}?delivery={Delivery.BOUNCED}",
            "complained": open_mails.filter(delivery=Delivery.COMPLAINED).count(),
            "complained_address": f"{outbox}?delivery={Delivery.COMPLAINED}",
        }
