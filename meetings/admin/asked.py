"""Who asked for a place, and who was nominated."""

from django.contrib import admin

from alliance.common.admin import AllianceModelAdmin
from meetings.models import Nomination, PlaceRequest
from members.admin.searching import InstitutionSearch


@admin.register(PlaceRequest)
class PlaceRequestAdmin(InstitutionSearch, AllianceModelAdmin):
    """Who asked for a place by a link."""

    list_display = ("name", "institution", "meeting", "status", "created_at")
    list_filter = ("status", "meeting")
    search_fields = ("name", "email", "institution_typed")
    list_select_related = ("institution", "meeting")
    fields = ("meeting", "institution", "institution_typed", "name", "email", "department", "post", "status", "reason", "registration")


@admin.register(Nomination)
class NominationAdmin(InstitutionSearch, AllianceModelAdmin):
    """Who was nominated; ranked and confirmed on the meeting's page."""

    list_display = ("person", "institution", "offer", "rank", "status")
    search_fields = ("person__name",)
    list_filter = ("status", "offer__meeting")
    list_select_related = ("person", "institution", "offer")
    fields = ("offer", "institution", "person", "statement", "rank", "status", "nominated_by")
