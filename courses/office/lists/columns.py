"""Columns of the office's lists."""

from wagtail.admin.ui.tables import Column

from courses.models import Refund, Roster, SignUp

TONES = {
    SignUp.State.REVIEW: "action",
    SignUp.State.AWAITING_PAYMENT: "waiting",
    SignUp.State.CONFIRMED: "good",
    SignUp.State.CANCELLED: "over",
    SignUp.State.EXPIRED: "over",
    Roster.State.PLANNED: "waiting",
    Roster.State.GOING_AHEAD: "good",
    Roster.State.CALLED_OFF: "over",
    Roster.State.CLOSED: "over",
    Refund.State.DUE: "action",
    Refund.State.QUEUED: "waiting",
    Refund.State.PENDING: "waiting",
    Refund.State.DONE: "good",
    Refund.State.FAILED: "action",
    Refund.State.DROPPED: "over",
    Refund.State.REPLACED: "over",
}


def tone(state):
    """The colour of a state: it waits for the office, waits for others, is good, or is over."""
    return TONES.get(state, "over")


class StateColumn(Column):
    cell_template_name = "courses/office/state_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"tone": tone(instance.state), "label": instance.get_state_display()}


class MomentColumn(Column):
    """A date and time; Wagtail's own column says “3 weeks ago”."""

    cell_template_name = "courses/office/moment_cell.html"


class EmailColumn(Column):
    cell_template_name = "courses/office/email_cell.html"


class ToneColumn(Column):
    """Words in a colour. The value is (tone, words)."""

    cell_template_name = "courses/office/state_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        tone, label = self.get_value(instance)
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"tone": tone, "label": label}


class LinesColumn(Column):
    """Text that somebody wrote, with its line breaks."""

    cell_template_name = "courses/office/lines_cell.html"


class NumbersColumn(Column):
    """The number of people of a course group in each state, with links to them."""

    cell_template_name = "courses/office/numbers_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        return context | {"may_see_people": user.has_perm("courses.view_signup")}
