"""Addresses of appointments: open, choose, check, book, move, give back, wait."""

from django.urls import path

from visavis.doors.portal import (
    appointments,
    appointments_entering,
    appointments_times,
    appointments_waiting,
)

RIGHT = "appointments/<uuid:right_id>/"
urlpatterns = [
    path("appointments/", appointments_entering.mine, name="appointments"),
    path("appointments/due/", appointments_entering.due, name="appointment_due"),
    path("appointments/at/<slug:code>/", appointments_entering.enter, name="appointment_open"),
    path("appointments/at/<slug:code>/new/", appointments_entering.free, name="appointment_new"),
    path(RIGHT, appointments.show, name="appointment"),
    path(f"{RIGHT}confirm/", appointments.confirm_standing, name="appointment_confirm"),
    path(f"{RIGHT}times/", appointments_times.times, name="appointment_times"),
    path(f"{RIGHT}check/", appointments_times.check, name="appointment_check"),
    path(f"{RIGHT}booked/", appointments.booked, name="appointment_booked"),
    path(f"{RIGHT}cancel/", appointments.cancel, name="appointment_cancel"),
    path(f"{RIGHT}contact/", appointments.contact, name="appointment_contact"),
    path(f"{RIGHT}slip/", appointments.slip, name="appointment_slip"),
    path(f"{RIGHT}appointment.ics", appointments.calendar_file, name="appointment_file"),
    path(f"{RIGHT}wait/", appointments_waiting.wait, name="appointment_wait"),
    path(f"{RIGHT}wait/leave/", appointments_waiting.leave, name="appointment_wait_leave"),
    path(f"{RIGHT}offer/accept/", appointments_waiting.accept, name="appointment_offer_accept"),
    path(f"{RIGHT}offer/decline/", appointments_waiting.decline, name="appointment_offer_decline"),
]
# Without a language: it stands in messages.
machine_urlpatterns = [
    path("a/<uuid:right_id>", appointments_entering.by_link, name="appointment_link")
]
