"""A changed day or venue: staff see whom it touches, and tell those people once."""

from collections import Counter

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.log_actions import LogFormatter, log

from courses.domain import changes
from courses.models import Roster, SignUp
from courses.office.messages import previews
from courses.office.rosters.presence import GroupView
from courses.reading import told

KIND = "changed"
LOG_ACTION = "courses.tell_change"


def notice(roster, user):
    """{"text", "url"} about people who still have to be told of a change, or None."""
    touched = len(changes.pending(roster))
    if not touched or not user.has_perm("courses.change_signup"):
        return None
    return {"text": touches(touched), "url": reverse("rosters:tell", args=[roster.pk])}


def touches(number):
    return ngettext(
        "A change of the days or the venue touches %(number)s person who does not know it yet.",
        "A change of the days or the venue touches %(number)s people who do not know it yet.",
        number,
    ) % {"number": number}


def after_publishing(request, page):
    """Publishing mails nobody: say whom it touches, and where they can be told."""
    roster = Roster.objects.filter(translation_key=page.translation_key).first()
    found = roster and notice(roster, request.user)
    if found:
        button = messages.button(found["url"], _("Look at it and mail them"))
        messages.warning(request, found["text"], buttons=[button])


class TellLogFormatter(LogFormatter):
    label = gettext_lazy("Tell people about a change")

    def format_message(self, log_entry):
        if not log_entry.data.get("mailed"):
            return _("Days or venue changed; nobody was mailed about it")
        return _("Days or venue changed; people mailed about it: %(number)s") % {
            "number": log_entry.data["people"]
        }


class TellView(GroupView):
    """Asks first: what has changed, whom it touches and what they will read. POST mails them.

    With `?mail=no` it asks whether nobody has to be mailed.
    """

    header_icon = "mail"
    page_title = gettext_lazy("Tell about the change")
    template_name = "courses/office/confirm_change.html"

    @cached_property
    def notices(self):
        return changes.pending(self.roster)

    def get(self, request, *args, **kwargs):
        if not self.notices:
            messages.success(request, _("Everybody knows these days and venues: nobody to mail."))
            return redirect(self.back_url)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        with_mail = request.POST.get("mail") == "yes"
        do = changes.tell_everybody if with_mail else changes.dismiss
        try:
            number = do(self.roster, version=request.POST.get("version", ""))
        except changes.StaleChangeError:
            messages.error(
                request,
                _(
                    "Nobody was mailed now: they have been told in the meantime, or the page was"
                    " published again. Look once more."
                ),
            )
            return redirect(request.path)
        log(instance=self.roster, action=LOG_ACTION, data={"mailed": with_mail, "people": number})
        messages.success(request, _done(number) if with_mail else _("Nobody has been mailed."))
        return redirect(self.back_url)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            with_mail=self.request.GET.get("mail") != "no",
            version=changes.version_of(self.roster),
            number=len(self.notices),
            lines=changes.count_lines(self.notices),
            numbers=_numbers(self.notices),
            informed=self._informed(),
            previews=_previews(self.roster, self.notices),
            may_reword=self.request.user.has_perm("mail.change_mailtext"),
            **kwargs,
        )

    def _informed(self):
        """How many signed up when the change was there already, or do not come to that part."""
        return self.roster.sign_ups.filter(state__in=SignUp.LIVE).count() - len(self.notices)


def _done(number):
    return ngettext(
        "%(number)s person gets a mail about the change.",
        "%(number)s people get a mail about the change.",
        number,
    ) % {"number": number}


def _numbers(notices):
    """How many people in each state, in the order of the states."""
    counted = Counter(found.sign_up.state for found in notices)
    return [
        {"label": state.label, "number": counted[state]} for state in SignUp.State if counted[state]
    ]


def _previews(roster, notices):
    by_person = {found.sign_up.pk: found for found in notices}
    newest = told.versions(roster)[-1]

    def values_of(sign_up):
        return {
            "days": previews.lines(newest.parts_for(sign_up.kind)),
            "what_changed": by_person[sign_up.pk].in_words(),
        }

    people = [found.sign_up for found in notices]
    return previews.per_language(KIND, roster, people, values_of)
