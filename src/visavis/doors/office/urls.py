"""Addresses of the office."""

from django.urls import include, path

from visavis.doors.office import bank, case, files, money, queue

app_name = "office"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("agenda/", include("visavis.doors.office.urls_agenda")),
    path("money/", money.money, name="money"),
    path("money/statement/", bank.statement, name="statement"),
    path("money/bank/<int:booking_id>/", bank.put_right, name="put_right_booking"),
    path("money/<int:trouble_id>/", money.put_right, name="put_right"),
    path("cases/<uuid:case_id>/", case.case, name="case"),
    path("cases/<uuid:case_id>/files/<uuid:key>/", files.file, name="file"),
    path("cases/<uuid:case_id>/files/<uuid:key>/preview/", files.preview, name="file_preview"),
    path("cases/<uuid:case_id>/take/", case.take, name="take"),
    path("cases/<uuid:case_id>/put-back/", case.put_back, name="put_back"),
    path("cases/<uuid:case_id>/accept/", case.accept, name="accept"),
    path("cases/<uuid:case_id>/ask/", case.ask_register, name="ask_register"),
    path("cases/<uuid:case_id>/write/", case.write, name="write"),
    path("cases/<uuid:case_id>/settle/", case.settle, name="settle"),
    path("cases/<uuid:case_id>/refuse/", case.refuse, name="refuse"),
    path("cases/<uuid:case_id>/correction/", case.ask_correction, name="ask_correction"),
]
