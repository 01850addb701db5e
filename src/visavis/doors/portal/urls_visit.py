"""Addresses of a visit: its beginning, its life and its end, help and preferences."""

from django.urls import path

from visavis.doors.portal import visit, visit_life

urlpatterns = [
    path("kiosk/", visit.attract, name="attract"),
    path("kiosk/start/", visit.start, name="start"),
    path("kiosk/leave/", visit.leave_kiosk, name="leave_kiosk"),
    path("visit/finish/", visit.finish, name="finish"),
    path("visit/ended/", visit.ended, name="ended"),
    path("visit/still-there/", visit_life.still_there, name="still_there"),
    path("visit/state/", visit_life.state, name="visit_state"),
    path("visit/alive/", visit_life.alive, name="visit_alive"),
    path("visit/extend/", visit_life.extend, name="visit_extend"),
    path("preferences/", visit_life.preferences, name="preferences"),
    path("help/", visit_life.show_help, name="help"),
]
