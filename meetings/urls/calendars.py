"""Addresses under /calendar/: the secret ones of units and people."""

from django.urls import path

from meetings.views.feeds import Feed

app_name = "calendars"
urlpatterns = [path("<slug:token>.ics", Feed.as_view(), name="feed")]
