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
        "institution.imported": _("Taken over from the ministry's list"),
        "institution.changed": _("Unit data changed"),
        "person.added": _("Person added"),
        "person.role_ended": _("Role of a person ended"),
        "role.granted": _("Role granted"),
        "role.revoked": _("Role withdrawn"),
    }
)
register_sources({"import:moe": _("Import of the ministry's list"), "command": _("Command line"), "signin": _("Sign-in page")})
