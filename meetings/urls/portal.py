"""Addresses under /portal/ that are about meetings."""

from django.urls import path

from meetings.views import portal

app_name = "unit_meetings"
urlpatterns = [
    path("meetings/", portal.Meetings.as_view(), name="list"),
    path("meetings/<slug:slug>/", portal.Register.as_view(), name="register"),
    path("meetings/<slug:slug>/<int:pk>/cancel/", portal.Cancel.as_view(), name="cancel"),
    path("meetings/<slug:slug>/<int:pk>/substitute/", portal.Substitute.as_view(), name="substitute"),
]
