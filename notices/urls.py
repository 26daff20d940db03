"""Addresses under /notices/."""

from django.urls import path

from notices.views import notices

app_name = "notices"
urlpatterns = [
    path("", notices.NoticeList.as_view(), name="list"),
    path("<int:pk>/", notices.NoticePage.as_view(), name="notice"),
    path("<int:pk>/notice.pdf", notices.NoticePdf.as_view(), name="pdf"),
]
