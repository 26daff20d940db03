"""Addresses under /council/."""

from django.urls import path

from council.views import pages

app_name = "council"
urlpatterns = [
    path("", pages.Index.as_view(), name="index"),
    path("attendance/", pages.AttendancePage.as_view(), name="attendance"),
    path("calendar/<str:token>.ics", pages.Deadlines.as_view(), name="calendar"),
    path("ballots/<int:pk>/discussion/", pages.Discussion.as_view(), name="discussion"),
    path("ballots/<int:pk>/urn/", pages.Urn.as_view(), name="urn"),
    path("ballots/<int:pk>/", pages.BallotPage.as_view(), name="ballot"),
    path("ballots/<int:pk>/receipt/", pages.Receipt.as_view(), name="receipt"),
    path("ballots/<int:pk>/minutes.pdf", pages.Minutes.as_view(), name="minutes"),
    path("ballots/<int:pk>/motions/<int:motion_pk>/", pages.Dossier.as_view(), name="dossier"),
    path("ballots/<int:pk>/motions/<int:motion_pk>/recuse/", pages.Recuse.as_view(), name="recuse"),
]
