"""Fields of forms that several apps use."""

from django import forms


class MomentField(forms.DateTimeField):
    """A moment in Beijing, from the browser's calendar."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
