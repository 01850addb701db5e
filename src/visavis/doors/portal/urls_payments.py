"""Addresses of paying."""

from django.urls import URLPattern, path

from visavis.doors.portal import payments, payments_back, payments_by_bill, payments_by_number

urlpatterns: list[URLPattern] = [
    path("payments/<uuid:payment_id>/", payments.payment, name="payment"),
    path("payments/<uuid:payment_id>/online", payments.pay_online, name="pay_online"),
    path("payments/<uuid:payment_id>/back", payments.payment_back, name="payment_back"),
    path("payments/<uuid:payment_id>/state", payments.payment_state, name="payment_state"),
    path("payments/<uuid:payment_id>/cash", payments.pay_in_cash, name="pay_in_cash"),
    path("payments/<uuid:payment_id>/phone", payments.pay_by_phone, name="pay_by_phone"),
    path("payments/<uuid:payment_id>/bill", payments_by_bill.bill, name="pay_by_bill"),
    path(
        "payments/<uuid:payment_id>/bill.pdf",
        payments_by_bill.bill_sheet,
        name="payment_bill_sheet",
    ),
    path(
        "payments/<uuid:payment_id>/receipts/<int:receipt_id>.pdf",
        payments_back.receipt,
        name="payment_receipt",
    ),
    path(
        "payments/<uuid:payment_id>/back/<uuid:refund_id>/account",
        payments_back.account,
        name="refund_account",
    ),
    path("pay/", payments_by_number.by_number, name="pay_by_number"),
    path("pay/<str:link>/", payments_by_number.by_link, name="pay_by_link"),
]
