"""Building blocks of the admin, and the admin of the ground floor's own tables."""

from alliance.common.admin import mail, registered, robots, schedule  # noqa: F401 (register the ground floor's tables)
from alliance.common.admin.base import AllianceModelAdmin, WorkflowButton
from alliance.common.admin.workflow import WorkflowView, workflow_path

__all__ = ["AllianceModelAdmin", "WorkflowButton", "WorkflowView", "workflow_path"]
