"""The home page shows dates, people, questions and quotations."""

from django.db.models import Max

from core.sitemap import changes_with, move_forward
from courses.models import CourseIndexPage
from faq.models import FaqPage
from home.models import HomePage, Testimonial
from people.models import PeopleIndexPage

SHOWN = (CourseIndexPage, PeopleIndexPage, FaqPage)


@changes_with
def what_home_pages_show(pages, changed):
    edited = dict(
        Testimonial.objects.order_by()
        .values("locale")
        .annotate(last=Max("last_published_at"))
        .values_list("locale", "last")
    )
    for home in (page for page in pages if isinstance(page, HomePage)):
        shown = [
            changed.get(page.pk)
            for page in pages
            if isinstance(page, SHOWN) and page.locale_id == home.locale_id
        ]
        move_forward(changed, home, [edited.get(home.locale_id), *shown])
