import uuid

from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.models import CourseEventPage, CourseEventPart
from courses.office import changes, deletion, presence
from courses.office.invoices import InvoiceViewSet
from courses.office.panels import OfficePanel
from courses.office.refunds import RefundViewSet
from courses.office.rosters import RosterViewSet
from courses.office.sign_ups import SignUpViewSet
from courses.office.swaps import SwapViewSet

hooks.register("before_delete_page", deletion.refuse_deleting_page)
hooks.register("before_bulk_action", deletion.refuse_deleting_pages)


class MoneyGroup(ViewSetGroup):
    menu_label = _("Money")
    menu_icon = "doc-full"
    menu_order = 130
    items = (RefundViewSet, InvoiceViewSet)


@hooks.register("register_admin_viewset")
def register_office():
    return [SignUpViewSet(), RosterViewSet(), SwapViewSet(), MoneyGroup()]


@hooks.register("construct_homepage_panels")
def add_office_panel(request, panels):
    if request.user.has_perm("courses.view_signup"):
        panels.append(OfficePanel())


@hooks.register("after_copy_page")
def give_new_dates_their_own_parts(request, page, new_page):
    """Seats are claimed on the key of a part: on another date it is another part."""
    for copied in CourseEventPage.objects.descendant_of(new_page, inclusive=True):
        for part in copied.parts.all():
            CourseEventPart.objects.filter(pk=part.pk).update(key=uuid.uuid4())
        CourseEventPage.objects.get(pk=copied.pk).save_revision()


@hooks.register("after_copy_page")
def edit_new_date(request, page, new_page):
    """A copied date is there to get other days: open it."""
    if isinstance(new_page.specific, CourseEventPage):
        return redirect("wagtailadmin_pages:edit", new_page.pk)
    return None


@hooks.register("after_publish_page")
def say_whom_it_touches(request, page):
    if isinstance(page, CourseEventPage):
        changes.after_publishing(request, page)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action(changes.LOG_ACTION)(changes.TellLogFormatter)
    actions.register_action(presence.LOG_ACTION)(presence.PresenceLogFormatter)


@hooks.register("insert_global_admin_css")
def office_styles():
    return format_html('<link rel="stylesheet" href="{}">', static("courses/office/office.css"))
