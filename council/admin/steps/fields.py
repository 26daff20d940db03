"""Fields that several steps share."""

from django import forms

DEFAULT_DAYS = 7


class BeijingDateTimeField(forms.DateTimeField):
    """Date and time as a person in Beijing means them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
