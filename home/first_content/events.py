from django.utils import timezone

from courses.models import CourseEventPage, CourseEventPart, CoursePage
from home.first_content import files, planning
from home.first_content.references import Missing


def load_events(locale, ledger, references):
    """Add the courses of 2019, and once a handful of coming ones, counted from today."""
    content = files.read_file(locale.language_code, "events")
    course = _course(content, references)
    for row in content["past"]:
        if not ledger.knows("event", row["code"]):
            if course and not _exists(row["code"], course):
                _add(row, content, course)
            ledger.add("event", row["code"])
    if not ledger.knows("events", "coming"):
        for row in content["coming"] if course else []:
            run = planning.plan_run(timezone.localdate(), row["weeks"])
            _add(row | vars(run), content, course)
        ledger.add("events", "coming")


def _course(content, references):
    try:
        return CoursePage.objects.filter(pk=references.fill(content["course"])).first()
    except Missing:
        return None


def _exists(code, course):
    return CourseEventPage.objects.child_of(course).filter(slug=code.lower()).exists()


def _add(row, content, course):
    page = CourseEventPage(
        title=content["title"].format(place=row["place"]),
        locale=course.locale,
        introduction=row.get("introduction", ""),
        live=False,
    )
    page.draft_title = page.title
    page.parts = [
        CourseEventPart(
            sort_order=0,
            first_day=row["first_day"],
            last_day=row["last_day"],
            place=row["place"],
        ),
        CourseEventPart(
            sort_order=1,
            first_day=row["return_day"],
            last_day=row["return_day"],
            place=row.get("return_place", ""),
            open_to_alumni=True,
        ),
    ]
    course.add_child(instance=page)
    page.save_revision().publish()
