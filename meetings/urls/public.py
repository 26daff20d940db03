"""Addresses under /meetings/."""

from django.urls import path

from meetings.views import asking, public

app_name = "meetings"
urlpatterns = [
    path("", public.MeetingList.as_view(), name="list"),
    path("<slug:slug>.ics", public.MeetingCalendar.as_view(), name="calendar"),
    path("join/<str:token>/", asking.Join.as_view(), name="join"),
    path("asked/<str:token>/", asking.Asked.as_view(), name="asked"),
    path("confirm/<str:token>/", asking.ConfirmRequest.as_view(), name="confirm_request"),
    path("<slug:slug>/register/", asking.AskInPublic.as_view(), name="ask"),
    path("<slug:slug>/materials/<int:pk>/", public.MeetingMaterial.as_view(), name="material"),
    path("<slug:slug>/reports/<int:pk>/", public.MeetingReport.as_view(), name="report"),
    path("<slug:slug>/", public.MeetingPage.as_view(), name="meeting"),
]
