from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from courses.gateways import may_pretend, pretend_bank_page
from courses.views import (
    buyers,
    calendars,
    cancellations,
    certificates,
    choices,
    date_alerts,
    documents,
    feeds,
    holds,
    payments,
    people,
    share_pictures,
    status,
    swaps,
)

urlpatterns = [
    path(_("sign-up/"), people.lost_link, name="sign_up_lost"),
    path(_("sign-up/<str:token>/"), status.status, name="sign_up_status"),
    path(_("sign-up/<str:token>/calendar.ics"), status.status_calendar, name="sign_up_calendar"),
    path(_("sign-up/<str:token>/pay/"), payments.pay, name="sign_up_pay"),
    path(_("sign-up/<str:token>/back/"), payments.returned, name="sign_up_returned"),
    path(_("sign-up/<str:token>/more-time/"), holds.more_time, name="sign_up_more_time"),
    path(_("sign-up/<str:token>/revive/"), holds.revive, name="sign_up_revive"),
    path(_("sign-up/<str:token>/contact/"), people.contact, name="sign_up_contact"),
    path(_("sign-up/<str:token>/answers/"), people.answers, name="sign_up_answers"),
    path(_("sign-up/<str:token>/colleague/"), people.substitute, name="sign_up_substitute"),
    path(_("sign-up/<str:token>/new-link/"), people.new_link, name="sign_up_new_link"),
    path(_("sign-up/<str:token>/cancel/"), cancellations.cancel, name="sign_up_cancel"),
    path(_("sign-up/<str:token>/withdraw/"), cancellations.withdraw, name="sign_up_withdraw"),
    path(_("sign-up/<str:token>/other-date/"), swaps.wishes, name="sign_up_wishes"),
    path(_("sign-up/<str:token>/other-date/<int:pk>/"), swaps.offer, name="sign_up_swap"),
    path(_("sign-up/<str:token>/move/<int:pk>/"), choices.move, name="sign_up_move"),
    path(_("sign-up/<str:token>/money-back/"), cancellations.money_back, name="sign_up_money_back"),
    path(_("sign-up/<str:token>/employer/"), buyers.employer, name="sign_up_employer"),
    path(_("sign-up/<str:token>/employer/link/"), buyers.make_link, name="sign_up_pay_link"),
    path(
        _("sign-up/<str:token>/certificate.pdf"),
        documents.own_certificate,
        name="sign_up_certificate",
    ),
    path(
        _("sign-up/<str:token>/papers/<str:number>.pdf"), documents.invoice, name="sign_up_invoice"
    ),
    path(_("new-dates/"), date_alerts.ask, name="date_alerts"),
    path(_("new-dates/<str:token>/"), date_alerts.own, name="date_alert"),
    path(_("pay/<str:token>/"), buyers.pay, name="buyer_pay"),
    path(_("pay/<str:token>/bank/"), buyers.bank, name="buyer_bank"),
    path(_("pay/<str:token>/back/"), buyers.returned, name="buyer_returned"),
    path(_("pay/<str:token>/papers/<str:number>.pdf"), buyers.invoice, name="buyer_invoice"),
    re_path(r"^(?P<path>(?:[\w-]+/)+)agenda\.ics$", calendars.public_calendar, name="calendar"),
    re_path(
        r"^(?P<path>(?:[\w-]+/)+)agenda\.(?P<kind>json|atom)$",
        feeds.public_feed,
        name="date_feed",
    ),
    re_path(
        r"^(?P<path>(?:[\w-]+/)*)share\.png$", share_pictures.share_picture, name="share_picture"
    ),
    path(_("certificate/"), certificates.find, name="certificates"),
    path(_("certificate/<str:code>/"), certificates.show, name="certificate"),
]

if may_pretend():
    urlpatterns += [
        path("pretend-bank/<str:reference>/", pretend_bank_page.page, name="pretend_bank")
    ]
