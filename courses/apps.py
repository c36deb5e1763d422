from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self):
        # Importing them registers checks, kinds of mail, signal receivers, what pages show and
        # the views of pages.
        from core import changes, warming
        from courses import (  # noqa: F401
            checks,
            findings,
            health,
            mails,
            signals,
            site_words,
            sitemap,
            views,
        )
        from courses.domain import lost_links
        from courses.models import Accreditation, CourseEventPart, CoursePlace, DayMoment, SignUp
        from courses.office.people.addresses import correct_address
        from courses.reading import events, words
        from mail import addresses, asked

        warming.register(events.paths_of_the_next_form)
        changes.watch(Accreditation, CourseEventPart, CoursePlace, DayMoment)
        changes.also_asks(words.of_all_dates)

        label = _("Somebody asks for the link to a sign-up")
        asked.register(lost_links.LINKS_ASKED, lost_links.mail_links, label)
        addresses.register(
            SignUp,
            current=lambda sign_up: sign_up.email,
            correct=correct_address,
            permission="courses.change_signup",
        )
