"""The kinds of mail about a sign-up and the placeholders of each. `courses.mails` fills them in."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from courses.mails import samples
from mail.kinds import MailKind, register
from mail.placeholders import LINK_WORDS, LISTS, TABLES, WITH_ADDRESS

PLACEHOLDERS = {
    "first_name": _("first name"),
    "full_name": _("whole name"),
    "course": _("title of the course date"),
    "the_course": _("the course as in a sentence, such as “the three-day course in Dalfsen”"),
    "starts": _("first day and town"),
    "code": _("code of the course date"),
    "facts": _("course, days, places, price and code as a table"),
    "days": _("days and places, a line for each part"),
    "price": _("price"),
    "held_until": _("until when the place is held"),
    "status_url": _("link to the person's own page"),
    "institute": _("name of the institute"),
    "method": _("name of the way of paying"),
}
OFFICE_PLACEHOLDERS = {
    **{
        name: PLACEHOLDERS[name]
        for name in ("full_name", "course", "the_course", "code", "facts", "days", "price")
    },
    "state": _("state of the sign-up"),
    "office_url": _("link to the sign-up in the CMS"),
}
# Placeholders of some kinds only. The caller gives the value; one that is a sentence may be empty.
EXTRA = {
    "amount": _("amount of money"),
    "reason": _("why"),
    "paid": _("that the payment is in, as a sentence"),
    "money_back": _("what is paid back, as a sentence"),
    "at": _("date and time"),
    "number": _("number of the invoice"),
    "pay_before": _("until when the invoice can be paid, as a sentence"),
    "pay_url": _("link with which somebody else can pay"),
    "what_changed": _("what has changed, a line for each change"),
    "evaluation": _("the request to fill in the evaluation form, as a sentence"),
    "certificate_url": _("link to the page that confirms the certificate"),
    "offer": _("the other date, as in a sentence"),
    "offer_starts": _("first day and town of the other date"),
    "offer_days": _("days and places of the other date"),
    "answer_before": _("until when the offer stands"),
    "new_price": _("the price, where it has changed, as a sentence"),
    "going_ahead": _("that the date goes ahead for certain, as a sentence"),
    "to_do": _("what the person still has to do, as a sentence"),
    "explanation": _("what you add when you decide, as you wrote it; often empty"),
    "call_off_reason": _("why the date does not go ahead, as you wrote it"),
    "choice": _("what the person can choose, as a sentence"),
    "other_dates": _("the other dates with room, a line for each"),
    "accreditation": _("the registers that accredit the course, a line for each"),
    "rights": _("the terms, and until when the person can withdraw"),
}
# Those of EXTRA that follow from the sign-up and its date, so that no caller gives them.
BY_THEMSELVES = {"accreditation", "rights"}
WITH_ADDRESS.update({"evaluation", "pay_before", "rights"})
LINK_WORDS.update(
    status_url=_("Go to your sign-up"),
    pay_url=_("Go to the payment page"),
    certificate_url=_("Check the certificate"),
    office_url=_("Open the sign-up in the CMS"),
    evaluation=_("Fill in the evaluation form"),
    pay_before=_("Pay the invoice online"),
    rights=_("Read the terms"),
)
TABLES.update({"facts", "days", "offer_days"})
LISTS.update({"what_changed", "other_dates", "accreditation"})

# {kind: (label, its extra placeholders)}. Each kind has a file per language in texts/: the subject
# on the first line, then the text. Its name begins with the recipient, if that is not the person.
KINDS = {
    "received": (_("Sign-up: place held, payment follows"), "rights"),
    "waiting_for_office": (_("Sign-up: the office looks at the admission first"), "rights"),
    "admission_granted": (_("Admission: yes"), "explanation", "rights"),
    "admission_refused": (_("Admission: no"), "explanation"),
    "pay_reminder": (_("Payment: reminder before the place is released"),),
    "hold_lapsed": (_("Sign-up: place released"),),
    "confirmed": (_("Sign-up: place final"), "paid", "going_ahead", "accreditation", "rights"),
    "payment_not_placed": (_("Payment: in, but there is no place"), "amount"),
    "payment_taken_back": (_("Payment: recorded by mistake, still to be paid"),),
    "refunded": (_("Payment: paid back"), "amount"),
    "buyer_allowed": (_("Employer pays: link to forward"), "pay_url"),
    "buyer_pay_link": (_("Employer pays: to who pays"), "pay_url"),
    "buyer_invoice": (_("Invoice"), "number", "amount", "pay_before"),
    "buyer_credit_note": (_("Credit note"), "number", "amount"),
    "going_ahead": (_("Course: goes ahead for certain"), "to_do"),
    "called_off": (
        _("Course: does not go ahead"),
        "call_off_reason",
        "choice",
        "other_dates",
    ),
    "called_off_reminder": (
        _("Course: does not go ahead, reminder to choose"),
        "choice",
        "other_dates",
    ),
    "called_off_over": (_("Course: does not go ahead, sign-up ended without a choice"),),
    "planned_again": (_("Course: called off, and planned again"), "to_do"),
    "changed": (_("Course: day or venue has changed"), "what_changed"),
    "practical": (_("Course: practical information"),),
    "assignment": (_("Return day: the assignment"),),
    "thank_you": (_("Course: thank you and evaluation"), "evaluation"),
    "certificate": (_("Certificate"), "certificate_url"),
    "cancelled": (_("Sign-up: cancelled"), "money_back", "explanation"),
    "withdrawn": (_("Sign-up: receipt of a withdrawal"), "at", "money_back"),
    "swap_offer": (
        _("Other date: offer"),
        "offer",
        "offer_starts",
        "offer_days",
        "answer_before",
    ),
    "swap_lapsed": (_("Other date: offer lapsed"), "offer", "offer_starts"),
    "swap_withdrawn": (
        _("Other date: offer withdrawn, that date does not go ahead"),
        "offer",
        "offer_starts",
    ),
    "swapped": (_("Other date: moved"), "new_price"),
    "substitute_new": (_("Substitute: to who comes now"),),
    "substitute_former": (_("Substitute: to who does not come"),),
    "contact_changed": (_("Sign-up: e-mail address changed, to the former one"),),
    "link_again": (_("Sign-up: the link once more"),),
    "signed_up_already": (_("Sign-up: the form was filled in again by or for somebody known"),),
    "office_sign_up": (_("To the office: new sign-up"),),
    "office_change": (_("To the office: a sign-up has changed"), "reason"),
    "office_refund_due": (_("To the office: money has to go back"), "amount", "reason"),
    "office_charged_back": (_("To the office: the bank has taken a payment back"), "amount"),
    "office_charge_back_reversed": (
        _("To the office: the bank has given a payment again"),
        "amount",
    ),
}
# Staff write these mails themselves, see courses.domain.roster_messages.
WRITTEN_BY_STAFF = "roster_message"
STAFF_CAN_SAY = (
    "first_name",
    "full_name",
    "course",
    "the_course",
    "code",
    "days",
    "status_url",
    "institute",
)
WITH_CALENDAR = {"confirmed", "changed", "swapped", "planned_again"}
# Their reader may be somebody who must not see the person's own page.
NOT_FOR_THE_PERSON = {
    "payment_not_placed",
    "refunded",
    "buyer_pay_link",
    "buyer_invoice",
    "buyer_credit_note",
    "substitute_former",
    "contact_changed",
}
TEXTS = Path(__file__).parent / "texts"


def placeholders_of(kind):
    """{placeholder: its description} of a kind."""
    return {**common_placeholders(kind), **{name: EXTRA[name] for name in KINDS[kind][1:]}}


def filled_in(kind):
    """The placeholders of a kind that `courses.mails.values` fills in, without its caller."""
    return [
        *common_placeholders(kind),
        *(name for name in KINDS[kind][1:] if name in BY_THEMSELVES),
    ]


def common_placeholders(kind):
    """The placeholders that a kind shares with others of the same audience."""
    if kind.startswith("office_"):
        return OFFICE_PLACEHOLDERS
    hidden = {"status_url"} if kind in NOT_FOR_THE_PERSON else set()
    return {name: what for name, what in PLACEHOLDERS.items() if name not in hidden}


def default_text(key, language):
    """(subject, body) as shipped, before staff change them."""
    subject, _gap, body = (TEXTS / f"{key}.{language}.txt").read_text("utf-8").partition("\n\n")
    return subject, body.strip()


def _register(key, label):
    placeholders = placeholders_of(key)
    texts = {language: default_text(key, language) for language, _name in settings.LANGUAGES}
    register(
        MailKind(
            key=key,
            label=label,
            placeholders=placeholders,
            subject={language: subject for language, (subject, _body) in texts.items()},
            body={language: body for language, (_subject, body) in texts.items()},
            samples={name: samples.DUTCH[name] for name in placeholders},
            real_values=samples.on_the_next_date,
        )
    )


for _key, (_label, *_extra) in KINDS.items():
    _register(_key, _label)

register(
    MailKind(
        key=WRITTEN_BY_STAFF,
        label=_("Written by the office: to a course group"),
        placeholders={name: PLACEHOLDERS[name] for name in STAFF_CAN_SAY},
        subject={},
        body={},
        samples={name: samples.DUTCH[name] for name in STAFF_CAN_SAY},
        real_values=samples.on_the_next_date,
    )
)
