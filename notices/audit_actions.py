"""What can happen to a notice."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions, register_sources

register_actions(
    {
        "notice.drafted": _("Notice drafted"),
        "notice.changed": _("Draft changed"),
        "notice.attached": _("Attachment added"),
        "notice.detached": _("Attachment taken out"),
        "notice.submitted": _("Notice given to review"),
        "notice.returned": _("Notice returned to the author"),
        "notice.issued": _("Notice issued"),
        "notice.withdrawn": _("Notice withdrawn"),
        "release.planned": _("Mailing planned"),
        "release.begun": _("Mailing begun"),
        "release.finished": _("Mailing finished"),
        "release.paused": _("Mailing paused"),
        "release.resumed": _("Mailing resumed"),
        "release.cancelled": _("Mailing cancelled"),
        "release.tested": _("Test mail sent"),
        "audience.saved": _("Audience saved"),
        "choice.changed": _("Choice of mail changed"),
        "consultation.drafted": _("Consultation drafted"),
        "consultation.changed": _("Consultation changed"),
        "consultation.opened": _("Consultation opened"),
        "consultation.commented": _("Comments handed in"),
        "consultation.closed": _("Consultation closed"),
        "consultation.extended": _("Consultation extended"),
        "consultation.reminded": _("Silent units reminded"),
        "consultation.answered": _("Comment answered"),
        "consultation.published": _("Summary published"),
        "notice.acknowledged": _("Notice acknowledged"),
    }
)

register_sources({"task:releases": _("Mailings"), "task:consultations": _("Consultations"), "link:notice": _("Personal link in a mail")})
