"""Addresses under /portal/ that are about consultations."""

from django.urls import path

from notices.views import consultations

app_name = "consultations"
urlpatterns = [
    path("consultations/", consultations.ConsultationList.as_view(), name="list"),
    path("consultations/<int:pk>/", consultations.ConsultationPage.as_view(), name="consultation"),
    path("consultations/<int:pk>/files/<uuid:file>/remove/", consultations.RemoveFile.as_view(), name="remove_file"),
    path("consultations/<int:pk>/summary.<str:kind>", consultations.Summary.as_view(), name="summary"),
]
