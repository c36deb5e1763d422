from django.urls import path
from django.utils.translation import gettext_lazy as _

from courses import views

urlpatterns = [
    path(_("sign-up/<str:token>/"), views.status, name="sign_up_status"),
    path(_("sign-up/<str:token>/calendar.ics"), views.status_calendar, name="sign_up_calendar"),
]
