"""The code of a course date: RT and its first day."""

from django.apps import apps


def event_code(first_day, *, page):
    """RT21032027, or RT21032027-2 when another date already starts on that day.

    A page that already has a fitting code keeps it.
    """
    base = f"RT{first_day:%d%m%Y}"
    taken = _taken(base, page)
    if page.code.partition("-")[0] == base and page.code not in taken:
        return page.code
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    return code


def _taken(base, page):
    pages = apps.get_model("courses", "CourseEventPage").objects.filter(code__startswith=base)
    rosters = apps.get_model("courses", "Roster").objects.filter(code__startswith=base)
    return {
        *pages.exclude(translation_key=page.translation_key).values_list("code", flat=True),
        *rosters.exclude(translation_key=page.translation_key).values_list("code", flat=True),
    }
