"""Addresses."""

app_name = "meetings_portal"
urlpatterns: list = []
