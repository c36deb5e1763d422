import uuid

from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.permissions import page_permission_policy

from core.office import search
from courses.models import CourseEventPage, CourseEventPart
from courses.office.dates import changes, deletion, editor, new_dates, page_rights
from courses.office.money.invoices import InvoiceViewSet
from courses.office.money.refunds import RefundViewSet
from courses.office.money.revenue import RevenueViewSet
from courses.office.money.strays import StrayViewSet
from courses.office.people.sign_ups import SignUpViewSet
from courses.office.privacy import terms
from courses.office.privacy.persons import PersonsViewSet
from courses.office.roster_messages import sending
from courses.office.rosters import decisions, presence
from courses.office.rosters.listing import RosterViewSet
from courses.office.start import accreditations, institute, to_do, visitors
from courses.office.start.this_week import ThisWeekPanel
from courses.office.swaps import SwapViewSet

editor.install()

hooks.register("before_delete_page", deletion.refuse_deleting_page)
hooks.register("before_create_page", page_rights.refuse_new_date)
hooks.register("before_move_page", page_rights.refuse_moving)
hooks.register("register_permissions", page_rights.permissions_to_register)
hooks.register("before_bulk_action", deletion.refuse_deleting_pages)
hooks.register("staff_leaving", deletion.people_on_dates)
hooks.register("before_bulk_action", page_rights.refuse_moving_many)
search.register(
    _("Sign-ups"),
    reverse_lazy("sign_ups:index"),
    permission="courses.view_signup",
    icon="group",
)
search.register(
    _("Course groups"),
    reverse_lazy("rosters:index"),
    permission="courses.view_roster",
    icon="calendar-alt",
    order=search.FIRST + 1,
)
for module in (to_do, institute, accreditations, visitors, decisions, terms):
    hooks.register("staff_to_do", module.staff_to_do)


# Panels of Wagtail's start page.
FOR_WRITERS = {"recent_edits", "locked_pages", "user_objects_in_workflow_moderation"}


class MoneyGroup(ViewSetGroup):
    menu_label = _("Money")
    menu_icon = "doc-full"
    menu_order = 130
    items = (RefundViewSet, StrayViewSet, InvoiceViewSet, RevenueViewSet)


class PrivacyGroup(ViewSetGroup):
    menu_label = _("Privacy")
    menu_icon = "lock"
    menu_order = 140
    items = (PersonsViewSet, terms.TermsViewSet)


@hooks.register("register_admin_viewset")
def register_office():
    return [SignUpViewSet(), RosterViewSet(), SwapViewSet(), MoneyGroup(), PrivacyGroup()]


@hooks.register("construct_homepage_panels")
def begin_with_this_week(request, panels):
    """Wagtail's own panels are about pages, so they are removed for staff who edit none.

    Staff who look after course dates keep only the panels with something that waits for somebody;
    the others are also under Reports.
    """
    if not page_permission_policy.user_has_any_permission(
        request.user, {"add", "change", "publish"}
    ):
        panels.clear()
    if request.user.has_perm("courses.view_roster"):
        panels[:] = [panel for panel in panels if panel.name not in FOR_WRITERS]
    panels.append(ThisWeekPanel())


@hooks.register("construct_homepage_summary_items")
def count_no_pages(request, items):
    """Remove Wagtail's counts of pages and images: they call for no action."""
    items.clear()


@hooks.register("after_copy_page")
def give_new_dates_their_own_parts(request, page, new_page):
    """Seats are claimed by the key of a part, so no two dates may share a key."""
    for copied in CourseEventPage.objects.descendant_of(new_page, inclusive=True):
        for part in copied.parts.all():
            CourseEventPart.objects.filter(pk=part.pk).update(key=uuid.uuid4())
        CourseEventPage.objects.get(pk=copied.pk).save_revision()


@hooks.register("after_copy_page")
def edit_new_date(request, page, new_page):
    """The next thing to do with a copied date is to change its days, so the editor opens."""
    if isinstance(new_page.specific, CourseEventPage):
        return redirect("wagtailadmin_pages:edit", new_page.pk)
    return None


@hooks.register("after_publish_page")
def tell_whom_a_change_affects(request, page):
    if isinstance(page, CourseEventPage):
        changes.after_publishing(request, page)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action(changes.LOG_ACTION)(changes.TellLogFormatter)
    actions.register_action(sending.LOG_ACTION)(sending.MailGroupLogFormatter)
    for action, formatter in decisions.LOG_ACTIONS.items():
        actions.register_action(action)(formatter)
    actions.register_action(presence.LOG_ACTION)(presence.PresenceLogFormatter)


@hooks.register("insert_global_admin_css")
def office_styles():
    return format_html('<link rel="stylesheet" href="{}">', static("courses/office/office.css"))


@hooks.register("register_admin_urls")
def new_date_urls():
    return new_dates.urlpatterns()


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_new_date(page, user, *args, **kwargs):
    if button := new_dates.button(page, user):
        yield button


@hooks.register("insert_editor_css")
def checklist_styles():
    return format_html('<link rel="stylesheet" href="{}">', static("courses/office/checklist.css"))
