from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import BodyBlock


class ComingDatesBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    number = blocks.IntegerBlock(label=_("how many"), default=3, min_value=1, max_value=6)

    class Meta:
        icon = "date"
        label = _("coming course dates")
        template = "home/blocks/coming_dates.html"
        description = _("The next course dates with their places, always up to date")
        preview_value = {"heading": "Eerstvolgende cursussen", "number": 2}


class ContactDetailsBlock(blocks.StaticBlock):
    class Meta:
        icon = "mail"
        label = _("contact details")
        template = "home/blocks/contact_details.html"
        description = _("The institute's address, telephone and e-mail from the settings")
        admin_text = _("Shows the contact details from the settings of the institute.")
        preview_value = None  # it has nothing to fill in


class ContentBlock(BodyBlock):
    coming_dates = ComingDatesBlock()
    contact_details = ContactDetailsBlock()
