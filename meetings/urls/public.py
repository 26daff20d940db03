"""Addresses under /meetings/."""

from django.urls import path

from meetings.views import public

app_name = "meetings"
urlpatterns = [
    path("", public.MeetingList.as_view(), name="list"),
    path("<slug:slug>.ics", public.MeetingCalendar.as_view(), name="calendar"),
    path("<slug:slug>/materials/<int:pk>/", public.MeetingMaterial.as_view(), name="material"),
    path("<slug:slug>/reports/<int:pk>/", public.MeetingReport.as_view(), name="report"),
    path("<slug:slug>/", public.MeetingPage.as_view(), name="meeting"),
]
