"""All addresses. Where things are: docs and pages agree on these."""

from django.contrib import admin
from django.urls import include, path

handler400 = "alliance.common.views.errors.bad_request"
handler403 = "alliance.common.views.errors.permission_denied"
handler404 = "alliance.common.views.errors.page_not_found"
handler429 = "alliance.common.views.errors.too_many_requests"
handler500 = "alliance.common.views.errors.server_error"

urlpatterns = [
    path("", include("alliance.home.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("apply/", include("members.urls.apply")),
    path("members/", include("members.urls.register")),
    path("portal/", include("members.urls.portal")),
    path("portal/", include("fees.urls")),
    path("portal/", include("meetings.urls.portal")),
    path("portal/", include("notices.portal_urls")),
    path("council/", include("council.urls")),
    path("meetings/", include("meetings.urls.public")),
    path("notices/", include("notices.urls")),
    path("t/", include("meetings.urls.tickets")),
    path("mail-events/", include("alliance.common.mail_urls")),
    path("checkin/", include("meetings.urls.checkin")),
    path("calendar/", include("meetings.urls.calendars")),
    path("projects/", include("meetings.urls.projects")),
    path("files/", include("alliance.common.urls")),
    path("verify/", include("alliance.common.verify_urls")),
]
