from .contact import ContactPage
from .content import ContentPage
from .first_content import LoadedContent
from .home import HomePage
from .testimonials import Testimonial
from .therapy import TherapyPage

__all__ = [
    "ContactPage",
    "ContentPage",
    "HomePage",
    "LoadedContent",
    "Testimonial",
    "TherapyPage",
]
