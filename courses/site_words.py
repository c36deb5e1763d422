"""The sentences about courses that are the institute's own: staff reword them, core.site_words."""

from django.utils.translation import gettext_lazy as _

from core.site_words import register

register(
    _("Sign-up form"),
    {
        "admission-hbo": "I completed a course of HBO or university level",
        "admission-exception": "I have HBO work level or recognised competences (EVC)",
        "motivation-help": "Only for work level or EVC: what work do you do, and what have you"
        " learned in it? The course leaders decide before you pay anything.",
        "motivation-missing": "Write a short motivation for the course leaders",
        "phone-help": "Only for when something about your course day changes at the last moment.",
        "form-no-waiting-list": "There is no waiting list. Tick what you would prefer; when a place"
        " comes free there, we may offer it to you.",
        "form-what-next": "What happens next?",
        "form-you-pay-with": "You pay with %(way)s. Once your payment is in, your place is final.",
        "form-motivation-first": "The course leaders look at your motivation first: you pay"
        " %(price)s only when they have admitted you.",
    },
)
register(
    _("Page of a date"),
    {
        "sign-up-button": "Sign up for this date",
        "other-date-button": "Choose another date",
        "date-no-waiting-list": "There is no waiting list. Choose another date: when you sign up"
        " there, you can say that you would rather attend this one.",
        "closed": "You can no longer sign up for this date.",
        "good-to-know": "Good to know",
        "goes-ahead-from": "The course runs with at least %(minimum)s participants. We will let"
        " you know in good time.",
        "goes-ahead": "This course is definitely running.",
    },
)
register(
    _("Places on a date, everywhere"),
    {
        "places": "Places available",
        "few-places": "Only a few places left",
        "full": "This date is full",
        "sign-up-closed": "Sign-up has closed",
        "sign-up-not-open": "Sign-up has not opened yet",
    },
)
register(
    _("Full or closed, instead of the form"),
    {
        "no-waiting-list": "We deliberately do not keep a waiting list. Choose another date below."
        " When you sign up there, you can say that you would rather attend this one. When a place"
        " comes free here, we may offer it to you.",
    },
)
register(
    _("No dates"),
    {
        "no-dates-here": "No new dates are planned at the moment. They will be on this page as soon"
        " as they are known.",
        "no-dates-course": "No new dates are planned at the moment. They will be in the course"
        " overview as soon as they are known.",
        "no-dates": "No new dates are planned at the moment.",
        "no-return-day": "There is no return day at the moment that you can join. New dates will be"
        " in the course overview as soon as they are known.",
    },
)
register(
    _("Own page of a participant"),
    {
        "own-reviewing": "We are looking at your sign-up",
        "own-reviewing-text": "Thank you, %(name)s. We have received your sign-up. The course"
        " leaders look at it and let you know whether you can take part. You do not have to pay"
        " anything now.",
        "own-motivation": "They read your motivation and let you know by e-mail.",
        "own-not-admitted": "The course leaders have looked at your sign-up. You got an e-mail from"
        " us about it. You do not have to pay anything.",
        "own-final": "Your place is final",
        "own-see-you": "See you at the course, %(name)s.",
        "own-invoice-comes": "Once the payment of %(price)s is in, your place is final. The invoice"
        " comes by e-mail.",
        "own-no-waiting-list": "There is no waiting list. Tick what you would prefer: when a place"
        " comes free there, we may offer it to you by e-mail. Until you say yes, your own place"
        " stays yours.",
    },
)
register(
    _("Mails: a sentence that is filled in"),
    {
        "mail-goes-ahead": "This date is definitely running.",
        "mail-to-do": "Your place is final as soon as the payment of %(price)s is in. We hold it"
        " until %(until)s; your own page says how to pay.",
    },
)
register(
    _("Certificate"),
    {
        "certificate-heading": "Certificate of attendance",
        "certificate-awarded": "This is to certify that",
        "certificate-extra": "",
    },
)
register(_("Certificate"), {"certificate-attended": "has attended"}, context="certificate")
register(
    _("Invoice"),
    {
        "invoice-exempt": "Exempt from VAT (education exemption).",
        "invoice-pay": "Please pay %(amount)s by %(day)s",
        "invoice-extra": "",
    },
)
register(_("Brochure"), {"brochure-questions": "Do you have a question?", "brochure-extra": ""})
