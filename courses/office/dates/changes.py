"""A changed day or venue: staff see whom it affects, and mail those people once."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import LogFormatter, log

from courses.domain import changes
from courses.models import Roster, SignUp
from courses.office import mail_previews
from courses.office.rosters.group_verbs import GroupVerb, GroupVerbView
from courses.reading import told

LOG_ACTION = "courses.tell_change"


def untold_notice(roster, user):
    """A notice {"text", "url"} about people who do not know of a change yet; None without any."""
    affected = len(changes.pending(roster))
    if not affected or not user.has_perm("courses.change_signup"):
        return None
    return {"text": _affected_in_words(affected), "url": reverse("rosters:tell", args=[roster.pk])}


def _affected_in_words(number):
    return ngettext(
        "A change of the days or the venue touches %(number)s person who does not know it yet.",
        "A change of the days or the venue touches %(number)s people who do not know it yet.",
        number,
    ) % {"number": number}


def after_publishing(request, page):
    """Publishing mails nobody, so say how many people it affects and where to mail them."""
    roster = Roster.objects.filter(translation_key=page.translation_key).first()
    found = roster and untold_notice(roster, request.user)
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


class TellView(GroupVerbView):
    """Shows what has changed, whom it affects and the mail. `?mail=no` asks about not mailing."""

    page_title = gettext_lazy("Tell about the change")
    template_name = "courses/office/confirm_change.html"
    too_late = (changes.StaleChangeError,)

    @property
    def verb(self):
        if self.request.method == "POST":
            return TELL if self.request.POST.get("mail") == "yes" else LET_BE
        return LET_BE if self.request.GET.get("mail") == "no" else TELL

    @cached_property
    def notices(self):
        """{sign-up: what this person is told}"""
        return {notice.sign_up: notice for notice in changes.pending(self.roster)}

    @property
    def people(self):
        return list(self.notices)

    def get(self, request, *args, **kwargs):
        if not self.notices:
            words = _("Everybody knows these days and venues: nobody to mail.")
            return self.leave(messages.success, words)
        return self.ask()

    def arguments(self):
        return {"version": self.request.POST.get("version", "")}

    def finish(self, result, values):
        data = {"mailed": self.verb is TELL, "people": result}
        log(instance=self.roster, action=LOG_ACTION, data=data)
        return super().finish(result, {"number": result})

    def refuse(self, words=""):
        words = _(
            "Nobody was mailed now: they have been told in the meantime, or the page was"
            " published again. Look once more."
        )
        messages.error(self.request, words)
        return redirect(self.request.path)

    def values(self):
        return {"number": len(self.notices)}

    def mail_values(self, sign_up):
        newest = told.versions(self.roster)[-1]
        return {
            "days": mail_previews.day_lines(newest.parts_for(sign_up.kind)),
            "what_changed": self.notices[sign_up].in_words(),
        }

    def get_context_data(self, **kwargs):
        live = self.roster.sign_ups.filter(state__in=SignUp.LIVE).count()
        return super().get_context_data(
            version=changes.version_of(self.roster),
            lines=changes.count_lines(list(self.notices.values())),
            informed=live - len(self.notices),
            **kwargs,
        )


TELL = GroupVerb(
    name="tell",
    do=lambda roster, by, version: changes.tell_everybody(roster, version=version),
    label=ngettext_lazy("Mail %(number)s person", "Mail %(number)s people", "number"),
    question=ngettext_lazy(
        "Mail %(number)s person about this change?",
        "Mail %(number)s people about this change?",
        "number",
    ),
    done=ngettext_lazy(
        "%(number)s person gets a mail about the change.",
        "%(number)s people get a mail about the change.",
        "number",
    ),
    mail="changed",
)
LET_BE = GroupVerb(
    name="let_be",
    do=lambda roster, by, version: changes.dismiss(roster, version=version),
    label=gettext_lazy("Mail nobody"),
    question=gettext_lazy("Mail nobody about this change?"),
    done=gettext_lazy("Nobody has been mailed."),
    is_serious=True,
)
