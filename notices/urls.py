"""Addresses under /notices/."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.NoticeList.as_view(), name="list"),
    path("<int:pk>/", views.NoticePage.as_view(), name="notice"),
    path("<int:pk>/notice.pdf", views.NoticePdf.as_view(), name="pdf"),
]
