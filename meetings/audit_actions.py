"""What can happen to meetings."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions, register_sources

register_actions(
    {
        "meeting.published": _("Meeting published"),
        "meeting.changed": _("Meeting changed"),
        "meeting.cancelled": _("Meeting cancelled"),
        "meeting.attendance_entered": _("Attendance entered from the paper list"),
        "meeting.held": _("Meeting closed: attendance is final"),
        "meeting.printed": _("Documents printed"),
        "registration.checked_in": _("Checked in"),
        "registration.scanned_again": _("Ticket scanned again"),
        "registration.check_in_undone": _("Check-in undone"),
        "registration.walked_in": _("Came without a registration"),
        "registration.absent": _("Did not come"),
        "feedback.given": _("Feedback received"),
        "feed.renewed": _("New calendar address"),
        "feed.ended": _("Calendar address ended"),
        "material.added": _("Material added"),
        "material.withdrawn": _("Material withdrawn"),
        "minutes.published": _("Minutes published"),
        "project.reported": _("Project report handed in"),
        "registration.made": _("Registered"),
        "registration.cancelled": _("Registration cancelled"),
        "registration.promoted": _("Moved up from the waiting list"),
        "registration.replaced": _("Delegate replaced"),
    }
)
register_sources({"participant": _("Participant"), "task:meetings": _("After the meeting")})
