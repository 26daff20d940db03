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
        "meeting.planned": _("Meeting planned from a template or the last one"),
        "meeting.answers_deleted": _("Personal answers deleted"),
        "meeting.list_copied": _("Registration list copied into the next meeting"),
        "meeting.letter_sent": _("Letter to participants"),
        "registration.overridden": _("Registered by staff against the rules of the offer"),
        "registration.accepted": _("Offered place accepted"),
        "registration.paid": _("Place paid"),
        "registration.refund_due": _("A paid place was cancelled: finance decides on a refund"),
        "registration.answered": _("Questions answered"),
        "registration.prolonged": _("Unpaid place held longer"),
        "request.made": _("Place asked for"),
        "request.refused": _("Request for a place refused"),
        "nomination.made": _("Nominated"),
        "nomination.ranked": _("Nominations ranked"),
        "nomination.confirmed": _("Nomination confirmed"),
        "nomination.declined": _("Nomination not confirmed"),
        "nomination.withdrawn": _("Nomination withdrawn"),
        "registration.made": _("Registered"),
        "registration.cancelled": _("Registration cancelled"),
        "registration.promoted": _("Moved up from the waiting list"),
        "registration.replaced": _("Delegate replaced"),
    }
)

register_sources(
    {
        "task:meetings": _("Deadlines of places"),
        "task:after": _("After the meeting"),
        "public:meetings": _("Public registration"),
        "ticket": _("Participant's page"),
        "participant": _("Participant"),
    }
)
