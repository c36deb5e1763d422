from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from core.office import search
from mail.office.outbox import OutboxViewSet
from mail.office.texts import MailTextViewSet
from mail.office.to_do import for_staff


class MailGroup(ViewSetGroup):
    menu_label = _("Mail")
    menu_icon = "mail"
    menu_order = 260
    items = (OutboxViewSet, MailTextViewSet)


@hooks.register("register_admin_viewset")
def register_mail():
    return MailGroup()


@hooks.register("register_log_actions")
def register_send_again(actions):
    actions.register_action("mail.send_again", _("Send again"), _("Sent again"))
    actions.register_action("mail.release", _("Release"), _("Released"))
    actions.register_action("mail.settle", _("Sent before"), _("Noted as sent before"))


@hooks.register("insert_global_admin_css")
def mail_styles():
    return format_html('<link rel="stylesheet" href="{}">', static("mail/office.css"))


hooks.register("staff_to_do", for_staff)
search.register(
    _("Mail"),
    reverse_lazy("outbox:index"),
    permission="mail.view_outgoingmail",
    icon="mail",
    order=search.FIRST + 3,
)
