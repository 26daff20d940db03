"""Meetings, their offers and those of templates: what is wrong is said before the database says it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import PriceKind
from meetings.models import Offer, TemplateOffer
from meetings.selectors.offers import seats_taken

OFFER_FIELDS = (
    "name", "audience", "tiers", "needs_good_standing", "price_kind", "price", "seats", "seats_per_unit", "draws_on_allowance", "nominations_per_unit",
    "opens_at", "closes_at", "position",
)  # fmt: skip
TEMPLATE_OFFER_FIELDS = (*(name for name in OFFER_FIELDS if name not in {"opens_at", "closes_at"}), "closes_days")


class OfferForm(forms.ModelForm):
    """Says what is wrong with a price before the database does, and that taken places stay."""

    class Meta:
        model = Offer
        fields = OFFER_FIELDS

    def clean(self) -> dict[str, Any]:
        """A free place costs nothing; another price is above nothing or left open; the allowance is for free places."""
        data = super().clean() or {}
        kind, price = data.get("price_kind"), data.get("price")
        if kind == PriceKind.FREE:
            data["price"] = Decimal("0.00")
        elif price is not None and price <= 0:
            self.add_error("price", _("Enter the price, or leave it empty while it is not decided."))
        if data.get("draws_on_allowance") and kind != PriceKind.FREE:
            self.add_error("draws_on_allowance", _("Only free places use the yearly allowance."))
        return data


class TemplateOfferForm(OfferForm):
    """The same of a template's offer."""

    class Meta:
        model = TemplateOffer
        fields = TEMPLATE_OFFER_FIELDS


class MeetingForm(forms.ModelForm):
    """Says what stands against a change before the database does."""

    def clean(self) -> dict[str, Any]:
        """Not fewer places than are taken."""
        data = super().clean() or {}
        if self.instance.pk and data.get("capacity") is not None and data["capacity"] < (taken := seats_taken(self.instance)):
            self.add_error("capacity", _("%(taken)s places are taken. Cancel registrations first.") % {"taken": taken})
        begin, until = data.get("starts_at"), data.get("register_until")
        if begin and until and until > begin:
            self.add_error("register_until", _("Registration ends before the meeting begins."))
        return data
