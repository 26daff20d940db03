"""Addresses under /portal/ that are about meetings."""

from django.urls import path

from meetings.views import papers, places, portal
from meetings.views.feeds import UnitCalendar
from meetings.views.projects import HandIn

app_name = "unit_meetings"
urlpatterns = [
    path("calendar/", UnitCalendar.as_view(), name="calendar"),
    path("projects/<int:pk>/report/", HandIn.as_view(), name="report"),
    path("meetings/", portal.Meetings.as_view(), name="list"),
    path("meetings/<slug:slug>/", portal.Register.as_view(), name="register"),
    path("meetings/<slug:slug>/<int:pk>/cancel/", portal.Cancel.as_view(), name="cancel"),
    path("meetings/<slug:slug>/<int:pk>/substitute/", portal.Substitute.as_view(), name="substitute"),
    path("meetings/<slug:slug>/<int:pk>/accept/", places.AcceptPlace.as_view(), name="accept"),
    path("meetings/<slug:slug>/<int:pk>/details/", places.ColleagueDetails.as_view(), name="details"),
    path("meetings/<slug:slug>/certificates.zip", papers.UnitCertificates.as_view(), name="certificates"),
    path("meetings/<slug:slug>/link/", places.Link.as_view(), name="link"),
    path("meetings/<slug:slug>/requests/<int:pk>/", places.Decide.as_view(), name="request"),
    path("meetings/<slug:slug>/nominations/", places.Nominate.as_view(), name="nominate"),
    path("meetings/<slug:slug>/nominations/<int:pk>/withdraw/", places.WithdrawNomination.as_view(), name="withdraw_nomination"),
]
