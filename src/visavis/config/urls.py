"""Every address of the instance."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from visavis.doors import errors

urlpatterns = [
    path("", include("visavis.doors.device_api.urls")),
    path("", include("visavis.doors.public_api.urls")),
    path("", include("visavis.doors.portal.urls_machines")),
    *i18n_patterns(
        path("staff/", include("visavis.doors.staff.urls")),
        path("office/", include("visavis.doors.office.urls")),
        path("desk/", include("visavis.doors.desk.urls")),
        path("control/", include("visavis.doors.control.urls")),
        path("", include("visavis.doors.portal.urls")),
    ),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
