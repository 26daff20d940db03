"""Addresses under /apply/."""

from django.urls import path

from members.views import apply

app_name = "apply"
urlpatterns = [
    path("", apply.Start.as_view(), name="start"),
    path("<slug:reference>/", apply.Tasks.as_view(), name="tasks"),
    path("<slug:reference>/form.pdf", apply.SealedForm.as_view(), name="sealed_form"),
    path("<slug:reference>/scan/", apply.Scan.as_view(), name="scan"),
    path("<slug:reference>/scan/remove/", apply.RemoveScan.as_view(), name="scan_remove"),
    path("<slug:reference>/check/", apply.CheckDoor.as_view(), name="check"),
    path("<slug:reference>/submitted/", apply.Submitted.as_view(), name="submitted"),
    path("<slug:reference>/withdraw/", apply.Withdraw.as_view(), name="withdraw"),
    path("<slug:reference>/part/<slug:part>/", apply.EditPart.as_view(), name="part"),
]
