"""Addresses of the catalogue, of places and of the longer texts."""

from django.urls import path

from visavis.doors.portal import catalogue, catalogue_places, catalogue_prints, catalogue_texts

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("themes/<slug:code>/", catalogue.theme, name="theme"),
    path("search/", catalogue.find, name="search"),
    path("services/", catalogue.services, name="services"),
    path("services/<slug:code>/", catalogue.service, name="service"),
    path(
        "services/<slug:code>/poster.pdf",
        catalogue_prints.service,
        {"kind": "poster"},
        name="service_poster",
    ),
    path(
        "services/<slug:code>/flyer.pdf",
        catalogue_prints.service,
        {"kind": "flyer"},
        name="service_flyer",
    ),
    path("places/", catalogue_places.sites, name="sites"),
    path("places/<slug:code>/", catalogue_places.site, name="site"),
    path(
        "places/<slug:code>/poster.pdf",
        catalogue_prints.site,
        {"kind": "poster"},
        name="site_poster",
    ),
    path(
        "places/<slug:code>/flyer.pdf", catalogue_prints.site, {"kind": "flyer"}, name="site_flyer"
    ),
    path("about/", catalogue_texts.show, {"name": "about"}, name="about"),
    path("accessibility/", catalogue_texts.show, {"name": "accessibility"}, name="accessibility"),
    path("legal/", catalogue_texts.show, {"name": "legal"}, name="legal"),
]
