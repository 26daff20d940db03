"""Offers in the admin, of meetings and of their templates."""

from django.contrib import admin
from unfold.admin import StackedInline

from alliance.common.admin import AllianceModelAdmin
from alliance.common.admin.base import AllianceInline, PermissionsByName
from meetings.forms.terms import OFFER_FIELDS, TEMPLATE_OFFER_FIELDS, OfferForm, TemplateOfferForm
from meetings.models import MeetingQuestion, MeetingTemplate, Offer, TemplateOffer


class OfferInline(PermissionsByName, StackedInline):
    """On what terms."""

    model = Offer
    form = OfferForm
    extra = 0
    fields = (
        ("name", "audience"),
        ("needs_good_standing", "draws_on_allowance"),
        ("price_kind", "price"),
        ("seats", "seats_per_unit"),
        ("nominations_per_unit", "position"),
        "opens_at",
        "closes_at",
        "tiers",
    )
    editable_fields = OFFER_FIELDS


class QuestionInline(AllianceInline):
    """What is asked of each participant."""

    model = MeetingQuestion
    fields = ("topic", "text", "help", "kind", "choices", "position")
    editable_fields = fields


class TemplateOfferInline(PermissionsByName, StackedInline):
    """The offers of the pattern."""

    model = TemplateOffer
    form = TemplateOfferForm
    extra = 0
    fields = TEMPLATE_OFFER_FIELDS
    editable_fields = TEMPLATE_OFFER_FIELDS


@admin.register(MeetingTemplate)
class MeetingTemplateAdmin(AllianceModelAdmin):
    """Patterns of meetings."""

    list_display = ("name", "kind", "capacity", "members_days", "public_days", "register_days", "is_sample")
    fields = (
        "name", "kind", "title", "theme", "place", "begins", "hours", "capacity", "members_days", "public_days", "register_days", "substitute_days",
        "cancel_days", "is_internal", "is_sample",
    )  # fmt: skip
    editable_fields = fields
    inlines = (TemplateOfferInline,)
