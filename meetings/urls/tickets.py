"""Addresses under /t/: short, since they are printed in QR codes."""

from django.urls import path

from meetings.views.public import Ticket

app_name = "tickets"
urlpatterns = [path("<str:ticket>/", Ticket.as_view(), name="ticket")]
