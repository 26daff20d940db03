"""The address that e-mail services call."""

from django.urls import path

from alliance.common.views.mail_events import mail_events

app_name = "mail"
urlpatterns = [path("<slug:service>/", mail_events, name="events")]
