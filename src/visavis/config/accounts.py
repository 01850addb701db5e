"""How people log in: django-allauth's settings, with limits of our own instead of its own."""

APPS = ["allauth", "allauth.account", "allauth.mfa"]
BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ALLAUTH: dict[str, object] = {
    "ACCOUNT_RATE_LIMITS": False,
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": "name",
    "ACCOUNT_LOGIN_METHODS": {"username", "email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email", "password1*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
}
