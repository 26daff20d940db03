"""What several pages of fees in the admin share."""

from typing import Any

from django import forms

from members.models import Institution


class FutureDayField(forms.DateField):
    """Any day."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def member_units() -> Any:
    """Units with a membership, by name."""
    return Institution.objects.filter(memberships__isnull=False).distinct().order_by("name")
