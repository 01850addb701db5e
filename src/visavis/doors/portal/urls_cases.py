"""Addresses of requests: begin, fill in, send, follow."""

from django.urls import path

from visavis.doors.portal import cases, cases_files, cases_filling, cases_later, cases_messages

urlpatterns = [
    path("services/<slug:code>/begin/", cases.begin, name="begin"),
    path("requests/", cases.mine, name="cases"),
    path("requests/how-far/", cases.how_far, name="cases_how_far"),
    path("requests/take-up/", cases_later.take_up, name="case_take_up"),
    path("requests/<uuid:case_id>/", cases.case, name="case"),
    path("requests/<uuid:case_id>/before/", cases.before, name="case_before"),
    path("requests/<uuid:case_id>/step/<slug:code>/", cases_filling.step, name="case_step"),
    path("requests/<uuid:case_id>/step/<slug:code>/keep/", cases_filling.keep, name="case_keep"),
    path("requests/<uuid:case_id>/ending/", cases_filling.ending, name="case_ending"),
    path("requests/<uuid:case_id>/later/", cases_later.park, name="case_park"),
    path("requests/<uuid:case_id>/review/", cases.review, name="case_review"),
    path("requests/<uuid:case_id>/submitted/", cases.submitted, name="case_submitted"),
    path("requests/<uuid:case_id>/correct/", cases_later.correct, name="case_correct"),
    path("requests/<uuid:case_id>/write/", cases_messages.write, name="case_write"),
    path("requests/<uuid:case_id>/files/<uuid:key>/", cases_files.file, name="case_file"),
    path(
        "requests/<uuid:case_id>/files/<uuid:key>/preview/",
        cases_files.preview,
        name="case_file_preview",
    ),
    path("requests/<uuid:case_id>/send/<slug:field>/", cases_files.send, name="case_file_send"),
    path("requests/<uuid:case_id>/withdraw/", cases.withdraw, name="case_withdraw"),
]
