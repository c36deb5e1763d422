"""Whether a version of a page may become live: one rule for every way to publish it.

The editor, a bulk action, a workflow, a schedule, a translation and code all call `Page.publish`;
there `BasePage` asks here. An app says what it refuses for its own pages:

    @refuses(CourseEventPage)
    def lost_seats(page, by_staff): -> iterable of sentences for staff

`page` is the version that would become live. `by_staff` is False when code publishes it, which may
know better than a checklist. The rule runs in the transaction of the publishing, so it may lock.
"""

import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.log_actions import log

SCHEDULED = "wagtail.publish.scheduled"  # Wagtail's log action for what its command publishes
LOG_ACTION = "core.not_published"

logger = logging.getLogger(__name__)
_rules = []


class NotPublishedError(ValidationError):
    """A page that was not published, and why. What was live before still is."""

    def __init__(self, page, reasons):
        super().__init__(reasons)
        self.page = page


def refuses(page_class):
    """Register a rule for the pages of this class."""

    def register(rule):
        _rules.append((page_class, rule))
        return rule

    return register


def publish(page, revision, publish, *, user, log_action):
    """Call `publish()` unless a rule or the validation of the page refuses; all or nothing.

    Raises NotPublishedError. A schedule has nobody to tell it to: it leaves the revision
    unpublished and a line in the log, which becomes a line on the start page of the CMS.
    """
    is_scheduled = log_action == SCHEDULED
    try:
        with transaction.atomic():
            _check(revision.as_object(), by_staff=is_scheduled or user is not None)
            return publish()
    except ValidationError as error:
        if not is_scheduled:
            raise NotPublishedError(page, error.messages) from error
        _leave_unpublished(page, revision, error.messages)


def _check(version, *, by_staff):
    reasons = [
        reason
        for page_class, rule in _rules
        if isinstance(version, page_class)
        for reason in rule(version, by_staff)
    ]
    if reasons:
        raise ValidationError(reasons)


@transaction.atomic
def _leave_unpublished(page, revision, reasons):
    logger.warning("Scheduled revision %s of page %s was not published", revision.pk, page.pk)
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log(instance=page, action=LOG_ACTION, data={"reasons": reasons}, revision=revision)
