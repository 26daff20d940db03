"""What can happen to a notice."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions

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
        "notice.acknowledged": _("Notice acknowledged"),
    }
)
