"""What people type about meetings."""

from meetings.forms.registering import RegisterForm, SubstituteForm

__all__ = ["RegisterForm", "SubstituteForm"]
