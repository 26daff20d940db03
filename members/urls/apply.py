"""Addresses under /apply/."""

from django.urls import path

from members.views import apply, apply_more, apply_sending, readmission

app_name = "apply"
urlpatterns = [
    path("", apply.Start.as_view(), name="start"),
    path("readmission/", readmission.Readmission.as_view(), name="readmission"),
    path("<slug:reference>/", apply.Tasks.as_view(), name="tasks"),
    path("<slug:reference>/form.pdf", apply_sending.SealedForm.as_view(), name="sealed_form"),
    path("<slug:reference>/scan/", apply_sending.Scan.as_view(), name="scan"),
    path("<slug:reference>/scan/remove/", apply_sending.RemoveScan.as_view(), name="scan_remove"),
    path("<slug:reference>/check/", apply_sending.CheckDoor.as_view(), name="check"),
    path("<slug:reference>/submitted/", apply_sending.Submitted.as_view(), name="submitted"),
    path("<slug:reference>/questions/", apply_more.Questions.as_view(), name="questions"),
    path("<slug:reference>/colleagues/", apply_more.Colleagues.as_view(), name="colleagues"),
    path("<slug:reference>/messages/", apply_more.Messages.as_view(), name="messages"),
    path("<slug:reference>/delete/", apply_more.DeleteDraft.as_view(), name="delete"),
    path("<slug:reference>/scan/reading/", apply_more.Reading.as_view(), name="reading"),
    path("<slug:reference>/papers/<slug:name>.pdf", apply_sending.PaperDocument.as_view(), name="paper"),
    path("<slug:reference>/withdraw/", apply_sending.Withdraw.as_view(), name="withdraw"),
    path("<slug:reference>/part/<slug:part>/", apply.EditPart.as_view(), name="part"),
]
