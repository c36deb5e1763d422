"""Actions on several people of a list at once.

The checkboxes, the bar below the list and “select all” are Wagtail's own. They lead here with an
`?id=` for each person who is ticked, or with `?id=all` and the filters of the list.
"""

import logging
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from core.folding import words_of
from core.ids import is_id
from core.logs import class_and_place
from courses.domain import cancellations, certificates, presence, transitions
from courses.models import SignUp
from courses.office.asking import VerbView
from courses.office.people import listing

MOST = 100  # more would take longer than a request may
ALL = "all"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Skipped:
    sign_up: SignUp
    reason: str


class SelectionView(VerbView):
    """About the people in a list who are ticked, or all who match its filters."""

    header_icon = "group"
    filterset_class = None
    list_url = ""
    event = None

    def get_scope(self):
        """All people of the list, without its filters."""
        found = SignUp.objects.select_related("roster", "certificate", "buyer")
        return found.prefetch_related("attendance")

    @cached_property
    def wanted(self):
        """The ids of those who are ticked; None: all who match the filters."""
        ids = self.request.POST.getlist("id") or self.request.GET.getlist("id")
        if ids == [ALL]:
            return None
        return {int(pk) for pk in ids if is_id(pk)}

    @cached_property
    def about(self):
        found = self.get_scope()
        if self.wanted is not None:
            found = found.filter(pk__in=self.wanted)
        else:
            filters = self.filterset_class(data=self.request.GET, request=self.request)
            found = filters.filter_queryset(found) if filters.is_valid() else found.none()
            found = found.filter(listing.matching(words_of(self.request.GET.get("q", ""))))
        return found.order_by("name_key", "pk")

    def get(self, request, *args, **kwargs):
        if not self.about.exists():
            words = _("Nobody is selected, or they are not in this list any more.")
            return self.leave(messages.warning, words)
        if problem := self.problem():
            return self.leave(messages.error, problem)
        return self.ask()

    def problem(self):
        """The reason why nothing can be done for any of them; an empty string if it can."""
        number = self.about.count()
        if number <= MOST:
            return ""
        return _(
            "%(number)s people are too many for one go. Filter the list first, so that at most"
            " %(most)s are left."
        ) % {"number": number, "most": MOST}

    @property
    def back_url(self):
        return get_valid_next_url_from_request(self.request) or self.list_url


class BulkView(SelectionView):
    """Does it to each person in a transaction of its own, and says who is skipped and why.

    POST goes by the ids on the page, so nobody is affected who matched the filters later.
    """

    template_name = "courses/office/confirm_bulk.html"
    too_late = (
        transitions.WrongStateError,
        certificates.NotPresentError,
        presence.NotExpectedError,
        cancellations.StaleQuoteError,
    )

    def problem(self):
        return super().problem() or self.form.problem

    def post(self, request, *args, **kwargs):
        if self.wanted is None:
            raise Http404
        return self.act()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"event": self.event}

    def do(self):
        done, skipped = 0, []
        for sign_up in self.about[:MOST]:
            reason = self._do_to(sign_up)
            skipped += [Skipped(sign_up, reason)] if reason else []
            done += not reason
        self._report(done, skipped, gone=len(self.wanted) - done - len(skipped))
        return redirect(self.back_url)

    def _do_to(self, sign_up):
        """An empty string when it was done, otherwise the reason. Others go on after an error."""
        arguments = self.arguments()
        if reason := self.verb.why_skipped(sign_up, **arguments):
            return reason
        try:
            self.verb.do(sign_up, by=self.request.user, **arguments)
        except self.too_late:
            return _("was changed by somebody else just now")
        except tuple(kind for kind, _words in self.verb.refusals) as error:
            return self.verb.words_for(error)
        except Exception as error:
            logger.error(
                "%s of sign-up %s failed: %s", self.verb.slug, sign_up.pk, class_and_place(error)
            )
            return _("something went wrong: try it on the page of this sign-up")
        return ""

    def _report(self, done, skipped, gone):
        if done:
            messages.success(self.request, self.verb.done % {"number": done})
        reasons = [(", ".join(names), reason) for reason, names in _by_reason(skipped)]
        if gone:
            words = ngettext("%(number)s person", "%(number)s people", gone) % {"number": gone}
            reasons.append((words, _("not in this list any more")))
        if reasons:
            lines = format_html_join("", "<li>{}: {}</li>", reasons)
            start = _("Skipped:") if done else _("Nothing was changed. Skipped:")
            messages.warning(self.request, format_html("{}<ul>{}</ul>", start, lines))

    @cached_property
    def skipped(self):
        reasons = [(row, self.verb.why_skipped(row)) for row in self.about]
        return [Skipped(row, reason) for row, reason in reasons if reason]

    @cached_property
    def possible(self):
        skipped = {row.sign_up for row in self.skipped}
        return [row for row in self.about if row not in skipped]

    def values(self):
        return {"number": len(self.possible)}

    def consequences(self):
        return self.verb.consequences(self.possible) if self.possible else ()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            possible=self.possible,
            skipped=_by_reason(self.skipped),
            gone=len(self.wanted) - len(self.about) if self.wanted else 0,
            **kwargs,
        )


class MailView(SelectionView):
    """Redirects to writing a mail to them."""

    http_method_names = ["get"]

    def ask(self):
        chosen = "&".join(f"person={row.pk}" for row in self.about)
        return redirect(f"{reverse('rosters:message', args=[self.kwargs['pk']])}?{chosen}")


class ExportView(SelectionView):
    """Offers the exports of the list, of these people only."""

    http_method_names = ["get"]
    template_name = "courses/office/export_people.html"

    def problem(self):
        return ""

    def get_context_data(self, **kwargs):
        query = self.request.GET.copy()
        for name in ("id", "next", "childOf", "p", "export"):
            query.pop(name, None)
        if self.wanted is not None:
            query.setlist("id", [",".join(str(row.pk) for row in self.about)])
            query.setdefault("state", listing.EVERYBODY)  # cancelled people who are ticked too
        return super().get_context_data(
            number=self.about.count(),
            downloads=[
                (label, f"{self.list_url}?{query.urlencode()}&export={form}")
                for form, label in (("xlsx", _("Download XLSX")), ("csv", _("Download CSV")))
            ],
            **kwargs,
        )


def _by_reason(skipped):
    """[(reason, names)]"""
    found = {}
    for row in skipped:
        found.setdefault(row.reason, []).append(row.sign_up.full_name)
    return list(found.items())
