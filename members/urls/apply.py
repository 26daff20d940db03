"""Addresses under /apply/."""

from django.urls import path

from members.views import apply, apply_more

app_name = "apply"
urlpatterns = [
    path("", apply.Start.as_view(), name="start"),
    path("<slug:reference>/", apply.Tasks.as_view(), name="tasks"),
    path("<slug:reference>/form.pdf", apply.SealedForm.as_view(), name="sealed_form"),
    path("<slug:reference>/scan/", apply.Scan.as_view(), name="scan"),
    path("<slug:reference>/scan/remove/", apply.RemoveScan.as_view(), name="scan_remove"),
    path("<slug:reference>/check/", apply.CheckDoor.as_view(), name="check"),
    path("<slug:reference>/submitted/", apply.Submitted.as_view(), name="submitted"),
    path("<slug:reference>/questions/", apply_more.Questions.as_view(), name="questions"),
    path("<slug:reference>/colleagues/", apply_more.Colleagues.as_view(), name="colleagues"),
    path("<slug:reference>/messages/", apply_more.Messages.as_view(), name="messages"),
    path("<slug:reference>/delete/", apply_more.DeleteDraft.as_view(), name="delete"),
    path("<slug:reference>/scan/reading/", apply_more.Reading.as_view(), name="reading"),
    path("<slug:reference>/papers/<slug:name>.pdf", apply.PaperDocument.as_view(), name="paper"),
    path("<slug:reference>/withdraw/", apply.Withdraw.as_view(), name="withdraw"),
    path("<slug:reference>/part/<slug:part>/", apply.EditPart.as_view(), name="part"),
]
