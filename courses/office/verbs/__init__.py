"""The verbs about one sign-up, in a module for each noun."""

from django.urls import path

from courses.office import asking
from courses.office.verbs import (
    admission,
    answers,
    ending,
    moving,
    paying,
    person,
    sending,
    settling,
)
from courses.office.verbs.base import SignUpVerbView

# The verbs by the place of their buttons on the page of a sign-up, in order.
PLACES = {
    "top": (*admission.VERBS, *paying.VERBS, *ending.VERBS),
    "person": person.VERBS,
    "answers": answers.VERBS,
    "date": (moving.MOVE,),
    "money": settling.VERBS,
    "mails": sending.VERBS,
}
# Verbs that need more than a question have a view of their own.
VIEWS = {
    moving.MOVE.name: moving.MoveChoiceView,
    **{verb.name: settling.SettlingView for verb in settling.VERBS},
    **{verb.name: admission.JudgeView for verb in admission.VERBS},
}
# Verbs that also need something else than the sign-up have no button there.
OTHERS = {
    "<int:pk>/move/<int:roster_pk>/": (moving.MOVE_TO, moving.MoveView),
    "<int:pk>/mails/<int:mail_pk>/": (sending.SEND_AGAIN, sending.SendAgainView),
    "<int:pk>/note/": (person.NOTE, person.NoteView),
}


def possible(sign_up, user):
    """{place: verbs that this user can do to the sign-up now}, without empty places."""
    places = {"money": PLACES["money"]} if sign_up.forgotten_at else PLACES
    found = {place: asking.possible(verbs, sign_up, user) for place, verbs in places.items()}
    return {place: verbs for place, verbs in found.items() if verbs}


def urlpatterns(construct_view):
    """The addresses below that of a sign-up. `construct_view` is that of the view set."""
    routes = {
        f"<int:pk>/{verb.slug}/": (verb, VIEWS.get(verb.name, SignUpVerbView))
        for verbs in PLACES.values()
        for verb in verbs
    }
    return [
        path(route, construct_view(view, verb=verb), name=verb.name)
        for route, (verb, view) in (routes | OTHERS).items()
    ]
