"""Addresses under /portal/ that are about money."""

from django.urls import path

from fees.views import account, portal

app_name = "fees"
urlpatterns = [
    path("dues/", portal.Dues.as_view(), name="dues"),
    path("fapiaos/", portal.Fapiaos.as_view(), name="fapiaos"),
    path("fapiaos/request/", portal.RequestFapiao.as_view(), name="request_fapiao"),
    path("fapiaos/data/", portal.InvoicingDataPage.as_view(), name="invoicing_data"),
    path("dues/account/", account.AccountPage.as_view(), name="account"),
    path("dues/account/<int:pk>/statement.pdf", account.AccountDocument.as_view(), name="account_pdf"),
    path("dues/credit/<int:pk>/note.pdf", account.CreditDocument.as_view(), name="credit_pdf"),
    path("dues/transfer/", portal.ReportTransfer.as_view(), name="report_transfer"),
    path("dues/<int:pk>/notice.pdf", portal.InvoiceDocument.as_view(), name="invoice_pdf"),
    path("dues/<int:pk>/receipt.pdf", portal.ReceiptDocument.as_view(), name="receipt_pdf"),
]
