from django.urls import path
from django.utils.translation import gettext_lazy as _

from courses.gateways import may_pretend, pretend_bank_page
from courses.views import payments, status

urlpatterns = [
    path(_("sign-up/<str:token>/"), status.status, name="sign_up_status"),
    path(_("sign-up/<str:token>/calendar.ics"), status.status_calendar, name="sign_up_calendar"),
    path(_("sign-up/<str:token>/pay/"), payments.pay, name="sign_up_pay"),
    path(_("sign-up/<str:token>/back/"), payments.returned, name="sign_up_returned"),
]

if may_pretend():
    urlpatterns += [
        path("pretend-bank/<str:reference>/", pretend_bank_page.page, name="pretend_bank")
    ]
