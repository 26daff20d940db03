"""The actions of the ground floor itself."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions, register_sources

register_actions(
    {
        "record.added": _("Record added"),
        "record.changed": _("Record changed"),
        "record.deleted": _("Record deleted"),
        "mail.resent": _("Mail sent again"),
        "mail.failed": _("Mail could not be delivered"),
        "mail.confirmed": _("Mail of unknown fate had arrived"),
        "mail_text.changed": _("Text of a mail changed"),
        "mail_text.reset": _("Text of a mail reset to the shipped one"),
        "mail.bounced": _("Mail came back"),
        "job.started": _("Background job started"),
        "job.finished": _("Background job finished"),
        "job.failed": _("Background job failed"),
        "task.retried": _("Background task run again"),
        "task.dismissed": _("Failed background task set aside"),
        "task.started": _("Background task started by hand"),
        "document.issued": _("Document issued"),
        "document.revoked": _("Document revoked"),
        "file.stored": _("File uploaded"),
        "file.removed": _("File removed"),
        "sheet.applied": _("Spreadsheet taken over"),
        "sheet.undone": _("Import of a spreadsheet undone"),
        "export.made": _("Data exported"),
        "organisation.charter_published": _("Charter published"),
        "organisation.logo_changed": _("Logo changed"),
        "user.signed_in": _("Signed in"),
        "user.signin_failed": _("Sign-in failed"),
        "user.signed_out": _("Signed out"),
    }
)
register_sources({"task:outbox": _("Mail delivery"), "task:jobs": _("Background work"), "task:bounces": _("Undeliverable mail"), "sample": _("Sample data")})
