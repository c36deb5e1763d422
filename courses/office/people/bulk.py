"""Doing something with several people of a list: asks first, then each on their own.

The boxes, the bar below the list and “select all” are Wagtail's own. It brings us here with `?id=`
for everybody who is ticked, or with `?id=all` and the filters of the list.
"""

import logging
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.folding import words_of
from core.ids import is_id
from core.logs import class_and_place
from courses.domain import certificates, presence, transitions
from courses.models import SignUp
from courses.office.people import bulk_verbs, listing

MOST = 100  # more would take longer than whoever waits, or the server, has patience
ALL = "all"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Skipped:
    sign_up: SignUp
    reason: str


class BulkView(WagtailAdminTemplateMixin, TemplateView):
    """Says what will happen to whom, and who is skipped and why; POST does it.

    Only those whom the page named are touched, also when more people fit the filters by then.
    """

    index_url_name = None
    header_icon = "group"
    template_name = "courses/office/confirm_bulk.html"
    http_method_names = ["get", "post"]
    verb = None
    filterset_class = None
    back_url = ""
    event = None

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perms(self.verb.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_scope(self):
        """Whom this list is about."""
        found = SignUp.objects.select_related("roster", "certificate")
        return found.prefetch_related("attendance")

    @cached_property
    def wanted(self):
        """The ids of whoever is ticked, or None: everybody who fits the filters."""
        ids = self.request.POST.getlist("id") or self.request.GET.getlist("id")
        if ids == [ALL]:
            return None
        return {int(pk) for pk in ids if is_id(pk)}

    @cached_property
    def selected(self):
        found = self.get_scope()
        if self.wanted is not None:
            found = found.filter(pk__in=self.wanted)
        else:
            filters = self.filterset_class(data=self.request.GET, request=self.request)
            found = filters.filter_queryset(found) if filters.is_valid() else found.none()
            found = found.filter(listing.search(words_of(self.request.GET.get("q", ""))))
        return found.order_by("last_name", "first_name", "pk")

    def get(self, request, *args, **kwargs):
        if not self.selected.exists():
            messages.warning(
                request, _("Nobody is selected, or they are not in this list any more.")
            )
            return redirect(self.next_url)
        return self.go_on(request)

    def go_on(self, request):
        if self.verb is bulk_verbs.EXPORT:
            return self.render_to_response(self.get_export_context())
        number = self.selected.count()
        if number > MOST:
            messages.error(request, _too_many(number))
            return redirect(self.next_url)
        if self.verb is bulk_verbs.MAIL:
            return redirect(self.message_url)
        if self.form.refusal:
            messages.error(request, self.form.refusal)
            return redirect(self.next_url)
        return self.render_to_response(self.get_context_data())

    def post(self, request, *args, **kwargs):
        if not isinstance(self.verb, bulk_verbs.BulkVerb) or self.wanted is None:
            raise Http404
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        done, skipped = 0, []
        for sign_up in self.selected[:MOST]:
            reason = self._do(sign_up)
            skipped += [Skipped(sign_up, reason)] if reason else []
            done += not reason
        self._say(done, skipped, gone=len(self.wanted) - done - len(skipped))
        return redirect(self.next_url)

    def _do(self, sign_up):
        """Nothing when it was done, else why not. What goes wrong with one stops nobody else."""
        arguments = self.form.arguments()
        if reason := self.verb.skipped_because(sign_up, **arguments):
            return reason
        try:
            self.verb.do(sign_up, by=self.request.user, **arguments)
        except (
            transitions.WrongStateError,
            certificates.NotPresentError,
            presence.NotExpectedError,
        ):
            return _("was changed by somebody else just now")
        except Exception as error:
            logger.error(
                "%s of sign-up %s failed: %s", self.verb.slug, sign_up.pk, class_and_place(error)
            )
            return _("something went wrong: try it on the page of this sign-up")
        return ""

    def _say(self, done, skipped, gone):
        if done:
            messages.success(self.request, self.verb.done(done))
        reasons = [(", ".join(names), reason) for reason, names in _by_reason(skipped)]
        if gone:
            words = ngettext("%(number)s person", "%(number)s people", gone) % {"number": gone}
            reasons.append((words, _("not in this list any more")))
        if reasons:
            lines = format_html_join("", "<li>{}: {}</li>", reasons)
            start = _("Skipped:") if done else _("Nothing was changed. Skipped:")
            messages.warning(self.request, format_html("{}<ul>{}</ul>", start, lines))

    @cached_property
    def form(self):
        data = self.request.POST if self.request.method == "POST" else None
        return self.verb.form(data, event=self.event, people=self.selected)

    @property
    def next_url(self):
        return get_valid_next_url_from_request(self.request) or self.back_url

    @property
    def message_url(self):
        chosen = "&".join(f"person={row.pk}" for row in self.selected)
        return f"{reverse('rosters:message', args=[self.kwargs['pk']])}?{chosen}"

    def get_page_title(self):
        return self.verb.label

    def get_context_data(self, **kwargs):
        reasons = [(row, self.verb.skipped_because(row)) for row in self.selected]
        possible = [row for row, reason in reasons if not reason]
        return super().get_context_data(
            verb=self.verb,
            question=self.verb.question(len(possible)),
            possible=possible,
            skipped=_by_reason([Skipped(row, reason) for row, reason in reasons if reason]),
            gone=len(self.wanted or ()) - len(reasons) if self.wanted else 0,
            consequences=self.verb.consequences(possible) if possible else (),
            form=self.form,
            next_url=self.next_url,
            **kwargs,
        )

    def get_export_context(self):
        """The downloads are the list's own, of these people only."""
        query = self.request.GET.copy()
        for name in ("id", "next", "childOf", "p", "export"):
            query.pop(name, None)
        if self.wanted is not None:
            query.setlist("id", [",".join(str(row.pk) for row in self.selected)])
            query.setdefault("state", listing.EVERYBODY)  # ticked is chosen, also who is cancelled
        return super().get_context_data(
            verb=self.verb,
            number=self.selected.count(),
            downloads=[
                (label, f"{self.back_url}?{query.urlencode()}&export={form}")
                for form, label in (("xlsx", _("Download XLSX")), ("csv", _("Download CSV")))
            ],
            next_url=self.next_url,
        )


def _by_reason(skipped):
    """[(reason, names)], so that a long list can be read."""
    found = {}
    for row in skipped:
        found.setdefault(row.reason, []).append(row.sign_up.full_name)
    return list(found.items())


def _too_many(number):
    return _(
        "%(number)s people are too many for one go. Filter the list first, so that at most"
        " %(most)s are left."
    ) % {"number": number, "most": MOST}
