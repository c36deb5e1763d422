"""How long personal data are kept: one table, read by the night job, the CMS and the privacy page.

Each app registers its rules in `<app>/retention.py`, and lists with `impersonal` the fields that
hold no personal data; a test finds fields that are in neither. A term includes its last day, in
Dutch time: what is kept for three months after 30 November is removed in the night of 1 March.
"""

import logging
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from core import lost
from core.impersonal import TABLES
from core.logs import class_and_place
from core.models import LostAddress, RetentionRun

CONTRACT = _("the agreement with you (GDPR, article 6.1 b)")
LAW = _("a legal duty (GDPR, article 6.1 c)")
CONSENT = _("your consent (GDPR, article 6.1 a)")
INTEREST = _("our legitimate interest (GDPR, article 6.1 f)")
SOON_DAYS = 30
STEPS = ("overdue", "this_month", "next_month")

logger = logging.getLogger(__name__)


class NotAllRemovedError(Exception):
    """Some rows could not be removed; all others were."""


@dataclass(frozen=True)
class Rule:
    """What is kept, why, and for how long.

    `fields` are “app.Model.field”, or “app.Model” for a whole table. `rows()` are those that still
    hold personal data; `over(now)` is a Q for those whose term has ended. `remove(ids, now)`
    removes what is personal from such rows and returns how many; it must check again that they are
    due. Without `rows` no clock decides when the term ends.
    """

    key: str
    what: str
    purpose: str
    basis: str
    term: str
    fields: tuple[str, ...]
    order: int = 500
    rows: Callable[[], QuerySet] | None = None
    over: Callable[[datetime], Q] | None = None
    remove: Callable[[list[int], datetime], int] | None = None
    is_public: bool = True  # about visitors and participants, not only about staff
    is_foreseen: bool = True  # part of the forecast
    is_announced: bool = False  # the start page of staff tells how much will be removed soon
    at_once: int = 500  # ids that are given to `remove` together, and fail together

    def due(self, now):
        """The rows whose term has ended. Only for a rule with `rows`."""
        return self.rows().filter(self.over(now))


_rules: dict[str, Rule] = {}
_impersonal: set[str] = set()


def register(rule):
    """Add a rule to the table and return it. Raises ValueError if its key is taken."""
    if rule.key in _rules:
        raise ValueError(f"A rule named {rule.key!r} exists already.")
    _rules[rule.key] = rule
    return rule


def impersonal(model, fields="") -> None:
    """Declare that these fields of “app.Model” (separated by spaces), or all, are not personal."""
    _impersonal.update([f"{model}.{name}" for name in fields.split()] or [model])


def rules() -> list[Rule]:
    """The rules of all apps, sorted by `order`."""
    autodiscover_modules("retention")
    return sorted(_rules.values(), key=lambda rule: rule.order)


def known_fields() -> set[str]:
    """Every “app.Model.field” and “app.Model” that is in a rule or declared impersonal."""
    return {name for rule in rules() for name in rule.fields} | _impersonal


def count_due(now=None) -> dict[str, int]:
    """{key of the rule: number of rows that `remove_due` would handle}."""
    now = now or timezone.now()
    return {rule.key: rule.due(now).count() for rule in rules() if rule.rows}


def remove_due(now=None) -> RetentionRun:
    """Remove everything whose term has ended, and record how much. Idempotent.

    A failure does not stop the rest; NotAllRemovedError is raised at the end.
    """
    now = now or timezone.now()
    counts, has_failed = {}, False
    for rule in (rule for rule in rules() if rule.rows):
        removed, failed = _apply(rule, now)
        has_failed |= failed
        if removed:
            counts[rule.key] = removed
    run = None
    if counts or not has_failed:  # a job that keeps failing must not look as if it did something
        run = RetentionRun.objects.create(at=now, counts=counts, soon=_soon(now))
    leave_no_trace()
    if has_failed:
        raise NotAllRemovedError
    return run


def leave_no_trace() -> None:
    """Empty SQLite's write-ahead log, which would keep the removed data until it is overwritten."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def forecast(now=None) -> list[tuple[Rule, dict[str, int] | None]]:
    """[(rule, counts)]: `overdue` is due now, `this_month` and `next_month` become due then.

    The counts are None for a rule without `rows` or that is not foreseen. One query per table.
    """
    moments = _moments(now or timezone.now())
    counting = defaultdict(dict)
    foreseen = [rule for rule in rules() if rule.rows and rule.is_foreseen]
    for rule in foreseen:
        for name, moment in moments.items():
            due = Q(pk__in=rule.due(moment).order_by().values("pk"))
            counting[rule.rows().model][f"{rule.key}_{name}"] = Count("pk", filter=due)
    by_then = {}
    for model, counts in counting.items():
        by_then |= model._default_manager.aggregate(**counts)
    return [(rule, _steps(rule, by_then) if rule in foreseen else None) for rule in rules()]


def start_of(day: date) -> datetime:
    """Midnight in Dutch time."""
    return timezone.make_aware(datetime.combine(day, time.min))


def months_before(moment: datetime, months: int) -> date:
    """The Dutch day `months` earlier, or the last day of that month if it is too short."""
    day = timezone.localdate(moment)
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _apply(rule, now):
    keys = list(rule.due(now).order_by("pk").values_list("pk", flat=True))
    removed, trouble = 0, None
    for start in range(0, len(keys), rule.at_once):
        try:
            removed += rule.remove(keys[start : start + rule.at_once], now)
        except Exception as error:
            trouble = error
    if trouble:
        logger.error("Retention rule %s failed: %s", rule.key, class_and_place(trouble))
    return removed, trouble is not None


def _soon(now):
    then = now + timedelta(days=SOON_DAYS)
    return sum(rule.due(then).count() for rule in rules() if rule.is_announced)


def _moments(now):
    """The moments to count at: data whose term ends with a month are due when the next begins."""
    first = start_of(_next_month(timezone.localdate(now)))
    second = start_of(_next_month(timezone.localdate(first)))
    return {"overdue": now, "this_month": first, "next_month": second}


def _steps(rule, by_then):
    overdue, first, second = (by_then[f"{rule.key}_{name}"] for name in STEPS)
    return {"overdue": overdue, "this_month": first - overdue, "next_month": second - first}


def _next_month(day):
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


# --- The rules of core and Wagtail --------------------------------------------------------------

LOG_YEARS = 2


def _log_is_over(now):
    return Q(at__lt=start_of(months_before(now, 12 * LOG_YEARS)))


def _forget_runs(keys, now):
    return RetentionRun.objects.filter(pk__in=keys).filter(_log_is_over(now)).delete()[0]


register(
    Rule(
        key="retention_runs",
        what=_("The report of what was removed"),
        purpose=_("to show that terms are kept; it holds numbers, and who of the staff asked"),
        basis=INTEREST,
        term=_("two years"),
        fields=("core.RetentionRun",),
        order=920,
        rows=RetentionRun.objects.all,
        over=_log_is_over,
        remove=_forget_runs,
        is_public=False,
        is_foreseen=False,
    )
)
register(
    Rule(
        key="staff",
        what=_("Accounts of the staff, and who of them did what"),
        purpose=_("to log in safely, and to see who decided something"),
        basis=CONTRACT,
        term=_("as long as somebody works here; the owner then removes the account"),
        fields=(
            "core.User",
            "core.User_groups",
            "core.User_user_permissions",
            "account.EmailAddress",
            "account.EmailConfirmation",
            "mfa.Authenticator",
            "wagtailusers.UserProfile",
            "wagtailcore.Comment",
            "wagtailcore.CommentReply",
            "wagtailcore.PageSubscription",
            "wagtailcore.PageLogEntry",
            "wagtailcore.ModelLogEntry",
            "wagtailcore.Revision",
            "wagtailcore.TaskState",
            "wagtailcore.WorkflowState",
            "wagtailcore.UploadedFile",
            "wagtailadmin.EditingSession",
            "wagtailadmin.FormState",
            "wagtail_localize.TranslationLog",
        ),
        order=900,
        is_public=False,
    )
)
register(
    Rule(
        key="sessions",
        what=_("The session of staff who are logged in"),
        purpose=_("to stay logged in; visitors have none"),
        basis=CONTRACT,
        term=_("twelve hours"),
        fields=("sessions.Session",),
        order=910,
        is_public=False,
    )
)


def _address_is_over(now):
    return Q(week__lt=timezone.localdate(now) - timedelta(weeks=lost.KEPT_WEEKS))


def _forget_addresses(keys, now):
    return LostAddress.objects.filter(pk__in=keys).filter(_address_is_over(now)).delete()[0]


register(
    Rule(
        key="lost_addresses",
        what=_("Addresses of this site that were asked for and do not exist"),
        purpose=_("to learn which old addresses to redirect; counted per week, not who asked"),
        basis=INTEREST,
        term=_("thirteen weeks"),
        fields=("core.LostAddress",),
        order=420,
        rows=LostAddress.objects.all,
        over=_address_is_over,
        remove=_forget_addresses,
        is_foreseen=False,
    )
)

for _table in TABLES:
    impersonal(_table)
