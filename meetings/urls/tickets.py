"""Addresses under /t/: short, since they stand in mails and messages."""

from django.urls import path

from meetings.views import asking, tickets

app_name = "tickets"
urlpatterns = [
    path("<slug:ticket>/", tickets.Ticket.as_view(), name="ticket"),
    path("<slug:ticket>/ticket.pdf", tickets.TicketPdf.as_view(), name="pdf"),
    path("<slug:ticket>/invitation.pdf", tickets.InvitationPdf.as_view(), name="invitation"),
    path("<slug:ticket>/certificate.pdf", tickets.CertificatePdf.as_view(), name="certificate"),
    path("<slug:ticket>/meeting.ics", tickets.TicketCalendar.as_view(), name="entry"),
    path("<slug:ticket>/calendar/", tickets.CalendarAddress.as_view(), name="calendar"),
    path("<slug:ticket>/feedback/", tickets.Feedback.as_view(), name="feedback"),
    path("<slug:ticket>/materials/<int:pk>/", tickets.TicketMaterial.as_view(), name="material"),
    path("<slug:ticket>/reports/<int:pk>/", tickets.TicketReport.as_view(), name="report"),
    path("<slug:ticket>/accept/", asking.Accept.as_view(), name="accept"),
    path("<slug:ticket>/give-up/", asking.GiveUp.as_view(), name="give_up"),
    path("<slug:ticket>/details/", asking.TicketDetails.as_view(), name="details"),
]
