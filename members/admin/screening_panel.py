"""What a screener sees of an application: on its record, and again on each page where it is decided."""

from typing import Any

from alliance.common.admin.workflow import WorkflowView
from members.admin.scans import scan_of
from members.answers import changes_since, field_label, labelled
from members.credit_codes import remark
from members.enums import Ownership
from members.models import Application
from members.progress import history_of
from members.scans.pages import page_count
from members.scans.wording import told
from members.selectors.corrections import mendings
from members.selectors.readmission import readmission_of
from members.selectors.screening import memberships_before, screening_due, similar_applications, similar_institutions


def screening_panel(obj: Application) -> dict[str, Any]:
    """The context of members/admin_application.html: the answers beside the scan, and all that helps to decide."""
    submissions = list(obj.submissions.select_related("scan", "submitted_by"))
    before = submissions[-2].snapshot if len(submissions) > 1 else None
    changed = changes_since(obj, before) if before is not None else {}
    changed_points = {mending.point.pk: mending.changed for mending in mendings(obj)}
    return {
        "application": obj,
        "groups": [(title, [(field, label, value, changed.get(field)) for field, label, value in rows]) for title, rows in labelled(obj)],
        "submissions": submissions,
        "reading": told(obj.scan_reading),
        "due": screening_due(obj),
        "marks": obj.marks.filter(round=obj.round).select_related("item", "marked_by"),
        "thread": obj.messages.select_related("author"),
        "points": [(point, field_label(point.field), changed_points.get(point.pk)) for point in obj.correction_points.all()],
        "earlier": similar_applications(obj),
        "memberships": memberships_before(obj).select_related("institution"),
        "return_after": readmission_of(obj.institution, tell=True),
        "owed": history_of(obj.institution) if obj.institution else (),
        "scan_pages": _scan_pages(obj),
        "code_remark": remark(obj.invoice_tax_number) if obj.institution and obj.institution.ownership == Ownership.PUBLIC else "",
        "alike": similar_institutions(obj.institution_typed) if obj.institution_id is None else (),
    }


def _scan_pages(application: Application) -> range:
    """The numbers of the scan's pages; the machine counted them, unless it has not looked yet."""
    stored = scan_of(application)
    if stored is None:
        return range(0)
    sheets = (application.scan_reading or {}).get("sheets", 0) if stored.pk == application.scan_id else 0
    if not sheets:
        with stored.content.open("rb") as handle:
            sheets = page_count(handle.read())
    return range(1, sheets + 1)


class ScreeningStep(WorkflowView):
    """A step of the secretariat on an application, with all that helps to decide below the form."""

    model = Application
    permission = "members.screen_application"
    panel_template = "members/admin_application.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """As on the record."""
        return {**super().get_context_data(**kwargs), **screening_panel(self.record)}
