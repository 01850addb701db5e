"""Addresses of the staff's sign-in."""

from django.urls import path

from visavis.doors.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.login, name="login"),
    path("code/", views.enter_code, name="second_factor"),
    path("set-up/", views.set_up, name="set_up"),
    path("logout/", views.leave, name="logout"),
]
