"""The retention rule for people whom the site presents to its readers."""

from django.utils.translation import gettext_lazy as _

from core import retention
from core.retention import INTEREST, Rule

retention.register(
    Rule(
        key="published",
        what=_("Who is on this site: teachers, and people who are quoted"),
        purpose=_("to show who teaches and what others think of it"),
        basis=INTEREST,
        term=_("until somebody wishes it gone, or we renew the page"),
        fields=("people.PersonPage", "home.Testimonial"),
        order=400,
    )
)
retention.impersonal("home.LoadedContent")
retention.impersonal("faq.FaqTopic")
retention.impersonal("faq.FaqQuestion")
