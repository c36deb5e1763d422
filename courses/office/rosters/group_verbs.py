"""Verbs about a course group, after which its people get a mail."""

from collections import Counter
from dataclasses import dataclass

from courses.office import mail_previews
from courses.office.asking import Verb, VerbView
from courses.office.rosters import meter
from courses.office.rosters.group import GroupMixin


@dataclass(frozen=True, kw_only=True)
class GroupVerb(Verb):
    """`mail` is the kind of mail that people get; if it is empty nobody is mailed."""

    mail: str = ""


class GroupVerbView(GroupMixin, VerbView):
    """Also shows the mail as the `people` who get it will read it."""

    people = ()

    @property
    def about(self):
        return self.roster

    @property
    def back_url(self):
        return self.group_url

    def post(self, request, *args, **kwargs):
        return self.act()  # the domain checks that it is as staff have seen it

    def mail_values(self, sign_up):
        """The placeholders that only this kind of mail has; called in the sign-up's language."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        mailed = self.people if self.verb.mail else ()
        return super().get_context_data(
            roster=self.roster,
            number=len(self.people),
            numbers=meter.by_state(Counter(sign_up.state for sign_up in self.people)),
            previews=mail_previews.per_language(
                self.verb.mail, self.roster, mailed, self.mail_values
            ),
            may_reword=self.request.user.has_perm("mail.change_mailtext"),
            **kwargs,
        )
