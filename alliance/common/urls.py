"""Addresses of the ground floor."""

from django.urls import path

from alliance.common.views.files import Download

app_name = "common"
urlpatterns = [path("<uuid:pk>/", Download.as_view(), name="file")]
