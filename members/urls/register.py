"""The public register."""

from django.urls import path

from members.views.register import Register

app_name = "members"
urlpatterns = [path("", Register.as_view(), name="register")]
