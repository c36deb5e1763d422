"""The documents that the page of a course group offers, and their addresses."""

from django.urls import path

from courses.models import Roster
from courses.office.people import letters
from courses.office.rosters import certificates, day_papers, register


def summary(roster, event, user, people):
    """What `papers_block.html` needs; None if the user may not see people.

    `people` are the participants whom the documents name (see `presence.people_of`).
    """
    if not user.has_perm("courses.view_signup"):
        return None
    days = day_papers.days_of(event)
    return {
        "days": days,
        "letters": letters.on_documents(person.sign_up for person in people),
        "called_off": roster.state == Roster.State.CALLED_OFF,
        "may_see_numbers": user.has_perm("courses.view_answer"),
        "certificates": certificates.valid_in(roster).count(),
    }


def urlpatterns(construct):
    return [
        path(
            "<int:pk>/attendance-list/",
            construct(day_papers.AttendanceListView),
            name="attendance_list",
        ),
        path("<int:pk>/badges/", construct(day_papers.BadgesView), name="badges"),
        path(
            "<int:pk>/certificates.zip",
            construct(certificates.CertificatesZipView),
            name="certificates_zip",
        ),
        path("<int:pk>/register/", construct(register.RegisterView), name="register"),
    ]
