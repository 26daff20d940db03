"""Addresses under /portal/ that are about the unit itself."""

from django.urls import path

from members.views import portal

app_name = "portal"
urlpatterns = [
    path("", portal.Overview.as_view(), name="overview"),
    path("unit/", portal.Unit.as_view(), name="unit"),
    path("people/", portal.People.as_view(), name="people"),
    path("people/<int:pk>/end/", portal.EndRole.as_view(), name="end_role"),
    path("certificate.pdf", portal.Certificate.as_view(), name="certificate"),
]
