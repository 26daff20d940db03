"""Addresses under /council/."""

from django.urls import path

from council.views import feeds, motions, overview, proxies, results, voting

app_name = "council"
urlpatterns = [
    path("", overview.Index.as_view(), name="index"),
    path("votes/", overview.MyVotes.as_view(), name="votes"),
    path("attendance/", overview.AttendancePage.as_view(), name="attendance"),
    path("calendar/", feeds.DeadlineCalendar.as_view(), name="calendar_address"),
    path("calendar/<str:token>.ics", feeds.Deadlines.as_view(), name="calendar"),
    path("ballots/<int:pk>/", voting.BallotPage.as_view(), name="ballot"),
    path("ballots/<int:pk>/receipt/", voting.Receipt.as_view(), name="receipt"),
    path("ballots/<int:pk>/discussion/", motions.Discussion.as_view(), name="discussion"),
    path("ballots/<int:pk>/motions/<int:motion_pk>/", motions.Dossier.as_view(), name="dossier"),
    path("ballots/<int:pk>/motions/<int:motion_pk>/recuse/", motions.Recuse.as_view(), name="recuse"),
    path("ballots/<int:pk>/proxy/", proxies.MyProxy.as_view(), name="proxy"),
    path("ballots/<int:pk>/urn/", results.Urn.as_view(), name="urn"),
    path("ballots/<int:pk>/minutes.pdf", results.Minutes.as_view(), name="minutes"),
    path("ballots/<int:pk>/minutes.docx", results.MinutesInWord.as_view(), name="minutes_docx"),
]
