"""Addresses of the top floor."""

from django.urls import path

from alliance.home import views

app_name = "home"
urlpatterns = [
    path("", views.Index.as_view(), name="index"),
    path("benefits/", views.Benefits.as_view(), name="benefits"),
    path("go/", views.Landing.as_view(), name="landing"),
    # Stands before allauth's page of the same address, which would let anybody take an address that is not theirs.
    path("accounts/email/", views.SignInAddress.as_view(), name="account_email"),
    path("language/", views.SetLanguage.as_view(), name="set_language"),
    path("logo", views.Logo.as_view(), name="logo"),
    path("charter.pdf", views.Charter.as_view(), name="charter"),
    path("robots.txt", views.Robots.as_view(), name="robots"),
    path("healthz", views.Health.as_view(), name="health"),
    path("readyz", views.Ready.as_view(), name="ready"),
]
