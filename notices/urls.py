"""Addresses under /notices/."""

from django.urls import path

from notices.views import notices

app_name = "notices"
urlpatterns = [
    path("", notices.NoticeList.as_view(), name="list"),
    path("<int:year>/<slug:place>/", notices.NoticePage.as_view(), name="notice"),
    path("<int:year>/<slug:place>/notice.pdf", notices.NoticePdf.as_view(), name="pdf"),
    path("<int:year>/<slug:place>/notice.docx", notices.NoticeDocx.as_view(), name="docx"),
    path("<int:year>/<slug:place>/attachments/<int:position>/", notices.Attachment.as_view(), name="attachment"),
    # The addresses in mails sent before notices had theirs by year and number.
    path("<int:pk>/", notices.OldAddress.as_view(), name="old"),
]
