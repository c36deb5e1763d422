from django.urls import path

from mail.webhooks import tracking

app_name = "mail"
urlpatterns = [path("<slug:provider>/tracking/", tracking, name="tracking")]
