"""Addresses under /t/: short, since they are printed in QR codes."""

from django.urls import path

from meetings.views import asking
from meetings.views.public import Ticket

app_name = "tickets"
urlpatterns = [
    path("<str:ticket>/", Ticket.as_view(), name="ticket"),
    path("<str:ticket>/accept/", asking.Accept.as_view(), name="accept"),
    path("<str:ticket>/give-up/", asking.GiveUp.as_view(), name="give_up"),
    path("<str:ticket>/details/", asking.TicketDetails.as_view(), name="details"),
]
