"""Addresses of one's own phone as the camera: at the screen, and on the phone."""

from django.urls import path

from visavis.doors.portal import by_phone, by_phone_camera

urlpatterns = [
    path("phone/photograph/state/", by_phone.state, name="photograph_state"),
    path("phone/photograph/<str:token>/", by_phone_camera.phone, name="photograph"),
    path(
        "phone/photograph/<str:token>/state/", by_phone_camera.state, name="photograph_phone_state"
    ),
    path("phone/photograph/<str:token>/send/", by_phone_camera.send, name="photograph_send"),
    path("phone/photograph/<str:token>/done/", by_phone_camera.done, name="photograph_done"),
    path("requests/<uuid:case_id>/phone/<slug:field>/", by_phone.screen, name="file_by_phone"),
]
