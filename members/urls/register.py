"""The public register."""

from django.urls import path

from members.views.register import Register, StaffCertificate

app_name = "members"
urlpatterns = [path("", Register.as_view(), name="register"), path("<int:pk>/certificate.pdf", StaffCertificate.as_view(), name="certificate")]
