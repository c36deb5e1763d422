"""What the office does to one sign-up: by noun a module, in the order of the buttons."""

from django.urls import path

from courses.office.verbs import admission, ending, moving, paying, person, sending
from courses.office.verbs.base import VerbView

VERBS = (*admission.VERBS, *paying.VERBS, *person.VERBS, moving.MOVE, *sending.VERBS, *ending.VERBS)
# Those that need more than a question have a page of their own.
VIEWS = {moving.MOVE.name: moving.MoveChoiceView}


def possible(sign_up, user):
    """{place on the page: the verbs that this user can do to the sign-up now}."""
    found = {}
    for verb in VERBS:
        if user.has_perms(verb.permissions) and verb.is_possible(sign_up):
            found.setdefault(verb.place, []).append(verb)
    return found


def urlpatterns(construct_view):
    """Below the address of a sign-up; `construct_view` is the view set's."""
    verbs = [
        path(
            f"<int:pk>/{verb.slug}/",
            construct_view(VIEWS.get(verb.name, VerbView), verb=verb),
            name=verb.name,
        )
        for verb in VERBS
    ]
    move = construct_view(moving.MoveView, verb=moving.MOVE)
    again = construct_view(sending.SendAgainView, verb=sending.SEND_AGAIN)
    return [
        *verbs,
        path("<int:pk>/move/<int:roster_pk>/", move, name="move_to"),
        path("<int:pk>/mails/<int:mail_pk>/", again, name="send_mail_again"),
        path("<int:pk>/note/", construct_view(person.NoteView), name="note"),
    ]
