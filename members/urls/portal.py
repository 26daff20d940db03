"""Addresses under /portal/ that are about the unit itself."""

from django.urls import path

from members.views import portal, portal_more

app_name = "portal"
urlpatterns = [
    path("", portal.Overview.as_view(), name="overview"),
    path("unit/", portal.Unit.as_view(), name="unit"),
    path("people/", portal.People.as_view(), name="people"),
    path("people/<int:pk>/end/", portal.EndRole.as_view(), name="end_role"),
    path("liaisons/", portal_more.HandOver.as_view(), name="liaisons"),
    path("check/", portal_more.CheckData.as_view(), name="data_check"),
    path("leave/", portal_more.Leave.as_view(), name="leave"),
    path("invitation/<str:token>/", portal_more.AcceptInvitation.as_view(), name="invitation"),
    path("certificate.pdf", portal.Certificate.as_view(), name="certificate"),
]
