"""Addresses under /t/: short, since they stand in mails and messages."""

from django.urls import path

from meetings.views import tickets

app_name = "tickets"
urlpatterns = [
    path("<str:ticket>/", tickets.Ticket.as_view(), name="ticket"),
    path("<str:ticket>/ticket.pdf", tickets.TicketPdf.as_view(), name="pdf"),
    path("<str:ticket>/invitation.pdf", tickets.InvitationPdf.as_view(), name="invitation"),
    path("<str:ticket>/certificate.pdf", tickets.CertificatePdf.as_view(), name="certificate"),
    path("<str:ticket>/meeting.ics", tickets.TicketCalendar.as_view(), name="entry"),
    path("<str:ticket>/calendar/", tickets.CalendarAddress.as_view(), name="calendar"),
    path("<str:ticket>/feedback/", tickets.Feedback.as_view(), name="feedback"),
    path("<str:ticket>/materials/<int:pk>/", tickets.TicketMaterial.as_view(), name="material"),
    path("<str:ticket>/reports/<int:pk>/", tickets.TicketReport.as_view(), name="report"),
]
