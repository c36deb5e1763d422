"""The values in a preview of a mail: a sign-up that does not exist."""

from django.utils import translation
from wagtail.models import Locale

from courses.mails.values import event_values
from courses.reading import events

DUTCH = {
    "first_name": "Noor",
    "full_name": "Noor van der Meer-Öztürk",
    "course": "Driedaagse cursus runningtherapie Dalfsen",
    "the_course": "de driedaagse cursus runningtherapie in Dalfsen",
    "starts": "18 maart 2027, Dalfsen",
    "code": "RT18032027",
    "facts": (
        "Cursus: Driedaagse cursus runningtherapie Dalfsen\n"
        "Lesdagen: 18 en 19 maart 2027, Dalfsen\n"
        "Terugkomdag: 30 juni 2027, Dalfsen\n"
        "Prijs: € 1.195,-, inclusief 21% btw\n"
        "Code: RT18032027"
    ),
    "days": "Lesdagen: 18 en 19 maart 2027, Dalfsen\nTerugkomdag: 30 juni 2027, Dalfsen",
    "price": "€ 1.195,-",
    "held_until": "25 maart 2027 om 12:00 uur",
    "status_url": "https://example.org/inschrijving/voorbeeld/",
    "institute": "Runningtherapie.nl",
    "method": "iDEAL | Wero",
    "state": "Wacht op betaling",
    "office_url": "https://example.org/admin/",
    "amount": "€ 597,50",
    "reason": "Betaald, maar er was geen plaats meer",
    "paid": "Uw betaling van € 1.195,- is binnen. De factuur volgt in een aparte mail.",
    "money_back": "U krijgt € 597,50 terug.",
    "at": "14 januari 2027 om 09:41 uur",
    "number": "2027-0001",
    "pay_before": "Wilt u de factuur uiterlijk 28 januari 2027 betalen?",
    "pay_url": "https://example.org/betalen/voorbeeld/",
    "what_changed": "Lesdagen: de locatie is nu De Stokte, Dorpsstraat 1, Dalfsen",
    "evaluation": "Wilt u ons vertellen wat u van de cursus vond?\nhttps://example.org/evaluatie/",
    "certificate_url": "https://example.org/certificaat/RT-7KQ4-M2XH/",
    "offer": "de driedaagse cursus runningtherapie in Bloemendaal",
    "offer_starts": "20 mei 2027, Bloemendaal",
    "offer_days": (
        "Lesdagen: 20 en 21 mei 2027, Bloemendaal\nTerugkomdag: 8 september 2027, Bloemendaal"
    ),
    "answer_before": "17 januari 2027 om 12:00 uur",
    "new_price": "De prijs van deze datum is € 995,-.",
    "going_ahead": "Deze datum gaat zeker door.",
    "to_do": "Uw plaats is definitief zodra de betaling van € 1.195,- binnen is.",
    "explanation": "Uw opleiding sluit goed aan bij wat deze cursus vraagt.",
    "call_off_reason": "Er zijn te weinig aanmeldingen.",
    "choice": (
        "De keuze is aan u: u komt op een andere datum voor dezelfde prijs, of alles wat is betaald"
        " (€ 1.195,-) komt terug."
    ),
    "other_dates": "Zolang er plaats is, kunt u kiezen:\n20 en 21 mei 2027, Bloemendaal",
    "accreditation": "Accreditatie:\nRegister voor fysiotherapeuten: wordt nagevraagd",
    "rights": (
        "U bent akkoord gegaan met onze voorwaarden (Voorwaarden 2027-01-04 09:30):\n"
        "https://example.org/voorwaarden/\n"
        "Tot en met 28 januari 2027 kunt u zonder reden herroepen, op uw eigen pagina."
    ),
}

# Only values that differ from the Dutch ones, see `example_values`.
ENGLISH = {
    "course": "Three-day running therapy course in Dalfsen",
    "the_course": "the three-day running therapy course in Dalfsen",
    "starts": "18 March 2027, Dalfsen",
    "facts": (
        "Course: Three-day running therapy course in Dalfsen\n"
        "Course days: 18 and 19 March 2027, Dalfsen\n"
        "Return day: 30 June 2027, Dalfsen\n"
        "Price: €1,195, including 21% VAT\n"
        "Code: RT18032027"
    ),
    "days": "Course days: 18 and 19 March 2027, Dalfsen\nReturn day: 30 June 2027, Dalfsen",
    "price": "€1,195",
    "held_until": "25 March 2027 at 12:00",
    "status_url": "https://example.org/en/sign-up/example/",
    "state": "Waiting for payment",
    "amount": "€597.50",
    "reason": "Paid, but no place was left",
    "paid": "Your payment of €1,195 is in. The invoice follows in a separate mail.",
    "money_back": "You get €597.50 back.",
    "at": "14 January 2027 at 9:41",
    "pay_before": "Please pay the invoice by 28 January 2027.",
    "pay_url": "https://example.org/en/pay/example/",
    "what_changed": "Course days: the venue is now De Stokte, Dorpsstraat 1, Dalfsen",
    "evaluation": "Would you tell us what you thought of the course?\nhttps://example.org/evaluation/",
    "certificate_url": "https://example.org/en/certificate/RT-7KQ4-M2XH/",
    "offer": "the three-day running therapy course in Bloemendaal",
    "offer_starts": "20 May 2027, Bloemendaal",
    "offer_days": (
        "Course days: 20 and 21 May 2027, Bloemendaal\nReturn day: 8 September 2027, Bloemendaal"
    ),
    "answer_before": "17 January 2027 at 12:00",
    "new_price": "The price of this date is €995.",
    "going_ahead": "This date is definitely running.",
    "to_do": "Your place is final as soon as the payment of €1,195 is in.",
    "explanation": "Your education fits what this course asks for.",
    "call_off_reason": "Too few people have signed up.",
    "choice": (
        "The choice is yours: you come on another date for the same price, or everything that was"
        " paid (€1,195) comes back."
    ),
    "other_dates": "As long as there are places, you can choose:\n20 and 21 May 2027, Bloemendaal",
    "accreditation": "Accreditation:\nRegister of physiotherapists: to be confirmed",
    "rights": (
        "You agreed to our terms (Terms 2027-01-04 09:30):\n"
        "https://example.org/en/terms/\n"
        "Up to and including 28 January 2027 you can withdraw without a reason, on your own page."
    ),
}


def example_values(language):
    """{placeholder: value} in this language."""
    return DUTCH | ENGLISH if language == "en" else DUTCH


def on_the_next_date(language):
    """(values, code of the date) for a person who does not exist, on the next date that does.

    Without a coming date the values are all made up, and the code is empty.
    """
    values, label = example_values(language), ""
    locale = Locale.objects.filter(language_code=language).first() or Locale.get_default()
    event = next(iter(events.coming(locale=locale)), None)
    if event:
        label = event.code
        with translation.override(language):
            values = values | event_values(event)
    return values, label
