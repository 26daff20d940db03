"""What can happen to meetings."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions

register_actions(
    {
        "meeting.published": _("Meeting published"),
        "meeting.changed": _("Meeting changed"),
        "meeting.cancelled": _("Meeting cancelled"),
        "registration.made": _("Registered"),
        "registration.cancelled": _("Registration cancelled"),
        "registration.promoted": _("Moved up from the waiting list"),
        "registration.replaced": _("Delegate replaced"),
    }
)
