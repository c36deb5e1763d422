"""The overview of people changes with the people on it."""

from core.sitemap import changes_with, move_forward
from people.models import PeopleIndexPage, PersonPage


@changes_with
def people_on_overviews(pages, changed):
    for overview in (page for page in pages if isinstance(page, PeopleIndexPage)):
        shown = [
            page
            for page in pages
            if isinstance(page, PersonPage) and page.path.startswith(overview.path)
        ]
        move_forward(changed, overview, [changed.get(page.pk) for page in shown])
