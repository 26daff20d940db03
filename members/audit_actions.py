"""What can happen to members, as timelines say it."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions, register_sources

register_actions(
    {
        "application.started": _("Application started"),
        "application.scan_uploaded": _("Sealed form uploaded"),
        "application.scan_removed": _("Sealed form removed"),
        "application.submitted": _("Application submitted"),
        "application.returned": _("Returned for correction"),
        "application.screened": _("Passed to the council"),
        "application.balloted": _("Put to the vote"),
        "application.unballoted": _("Taken back from the vote"),
        "application.approved": _("Approved by the council"),
        "application.declined": _("Declined"),
        "application.withdrawn": _("Withdrawn by the applicant"),
        "application.admitted": _("Admitted"),
        "application.institution_checked": _("Institution checked"),
        "membership.created": _("Membership created"),
        "membership.activated": _("Membership active"),
        "application.message_sent": _("Message sent"),
        "application.note_added": _("Note added"),
        "application.assigned": _("Handed to a screener"),
        "application.held": _("Put on hold"),
        "application.resumed": _("Taken off hold"),
        "application.scan_read": _("Scan read by the machine"),
        "application.expired": _("Expired"),
        "application.deleted": _("Draft deleted"),
        "application.checklist": _("Checklist marked"),
        "question.revised": _("Question given a new version"),
        "membership.suspended": _("Membership suspended"),
        "membership.reinstated": _("Membership reinstated"),
        "membership.ended": _("Membership ended"),
        "membership.tier_changed": _("Tier changed"),
        "membership.imported": _("Membership imported"),
        "membership.import_undone": _("Import of a membership undone"),
        "departure.submitted": _("Departure submitted"),
        "departure.screened": _("Departure passed to the council"),
        "departure.withdrawn": _("Departure withdrawn"),
        "departure.declined": _("Departure declined"),
        "departure.approved": _("Departure approved"),
        "institution.merged": _("Institutions merged"),
        "person.merged": _("People merged"),
        "person.erased": _("Personal data erased"),
        "person.exported": _("Personal data exported"),
        "person.moved": _("Person moved to another unit"),
        "invitation.sent": _("Invitation sent"),
        "invitation.accepted": _("Invitation taken up"),
        "invitation.revoked": _("Invitation taken back"),
        "datacheck.opened": _("Data check opened"),
        "datacheck.confirmed": _("Unit data confirmed"),
        "datacheck.closed": _("Data check closed"),
        "institution.imported": _("Taken over from the ministry's list"),
        "institution.changed": _("Unit data changed"),
        "person.added": _("Person added"),
        "person.role_ended": _("Role of a person ended"),
        "role.granted": _("Role granted"),
        "role.revoked": _("Role withdrawn"),
    }
)
register_sources(
    {
        "task:retention": _("Retention times"),
        "task:drafts": _("Expiry of drafts"),
        "task:scans": _("Reading of scans"),
        "import:moe": _("Import of the ministry's list"),
        "command": _("Command line"),
        "signin": _("Sign-in page"),
    }
)
