"""Addresses under /notices/."""

from django.urls import path

from notices.views import notices, personal

app_name = "notices"
urlpatterns = [
    path("", notices.NoticeList.as_view(), name="list"),
    path("<int:year>/<slug:place>/", notices.NoticePage.as_view(), name="notice"),
    path("<int:year>/<slug:place>/notice.pdf", notices.NoticePdf.as_view(), name="pdf"),
    path("<int:year>/<slug:place>/notice.docx", notices.NoticeDocx.as_view(), name="docx"),
    path("<int:year>/<slug:place>/attachments/<int:position>/", notices.Attachment.as_view(), name="attachment"),
    path("p/<str:token>/", personal.PersonalPage.as_view(), name="personal"),
    path("p/<str:token>/notice.pdf", personal.PersonalPdf.as_view(), name="personal_pdf"),
    path("p/<str:token>/notice.docx", personal.PersonalDocx.as_view(), name="personal_docx"),
    path("p/<str:token>/attachments/<int:position>/", personal.PersonalAttachment.as_view(), name="personal_attachment"),
    path("mail/<str:token>/", personal.Choice.as_view(), name="choice"),
    # The addresses in mails sent before notices had theirs by year and number.
    path("<int:pk>/", notices.OldAddress.as_view(), name="old"),
]
