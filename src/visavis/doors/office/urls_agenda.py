"""Addresses of the office's calendars."""

from datetime import date

from django.urls import path, register_converter

from visavis.doors.office import (
    agenda,
    agenda_booking,
    agenda_closing,
    agenda_feeds,
    agenda_importing,
    agenda_occupancy,
    agenda_rights,
    agenda_walk_in,
    agenda_worklists,
)


class Day:
    """A day of this century in an address, such as 2026-12-24."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(value)
        if not agenda.FIRST_YEAR <= day.year <= agenda.LAST_YEAR:
            raise ValueError(value)
        return day

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(Day, "day")

PLACE = "places/<slug:code>"
BOOKING = "bookings/<uuid:booking_id>"
CALENDAR = "calendars/<slug:code>"

urlpatterns = [
    path("", agenda.agendas, name="agendas"),
    path(f"{CALENDAR}/unmarked/", agenda_worklists.unmarked, name="unmarked"),
    path(f"{CALENDAR}/misplaced/", agenda_worklists.misplaced, name="misplaced"),
    path(f"{CALENDAR}/import/", agenda_importing.import_summonses, name="import_summonses"),
    path(f"{CALENDAR}/import/header.csv", agenda_importing.header, name="import_header"),
    path(f"{PLACE}/", agenda.today, name="agenda"),
    path(f"{PLACE}/days/<day:day>/", agenda.day_sheet, name="day_sheet"),
    path(f"{PLACE}/walk-in/", agenda_walk_in.walk_in, name="walk_in"),
    path(f"{PLACE}/occupancy/", agenda_occupancy.occupancy, name="occupancy"),
    path(f"{PLACE}/closing/", agenda_closing.closing_page, name="closing"),
    path(f"{PLACE}/closing/<int:closure_id>/", agenda_closing.closure, name="closure"),
    path(f"{PLACE}/closing/<int:closure_id>/reopen/", agenda_closing.reopen, name="reopen"),
    path(f"{PLACE}/feeds/", agenda_feeds.feed_list, name="feeds"),
    path(f"{PLACE}/feeds/make/", agenda_feeds.make, name="feed_make"),
    path(f"{PLACE}/feeds/<int:feed_id>/revoke/", agenda_feeds.revoke, name="feed_revoke"),
    path("rights/<uuid:right_id>/book/", agenda_rights.book_for, name="book_for"),
    path(f"{BOOKING}/", agenda_booking.booking, name="booking"),
    path(f"{BOOKING}/mark/", agenda_booking.mark, name="booking_mark"),
    path(f"{BOOKING}/move/", agenda_booking.move, name="booking_move"),
    path(f"{BOOKING}/cancel/", agenda_booking.cancel, name="booking_cancel"),
]
