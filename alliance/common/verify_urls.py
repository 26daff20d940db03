"""Addresses under /verify/."""

from django.urls import path

from alliance.common.views.verify import VerifyDocument, VerifyStart

app_name = "verify"
urlpatterns = [
    path("", VerifyStart.as_view(), name="start"),
    path("<str:code>/", VerifyDocument.as_view(), name="document"),
]
