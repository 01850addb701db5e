"""How people sign in: django-allauth's settings, with limits of our own instead of its own."""

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
    "LOGIN_URL": "portal:account_start",
    "ACCOUNT_ADAPTER": "visavis.doors.sign_in.AccountAdapter",
    # Its limits count per network address, and a whole network of branches shares one; ours are
    # in visavis.people.limits.
    "ACCOUNT_RATE_LIMITS": False,
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": "name",
    "ACCOUNT_USER_MODEL_EMAIL_FIELD": "email",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
    # An address that is not confirmed yet is a normal state here, see visavis.people.contacts.
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
    "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS": 5,
    "ACCOUNT_LOGIN_BY_CODE_TIMEOUT": 15 * 60,  # seconds; to find one's glasses and telephone
    "MFA_ADAPTER": "visavis.people.second_factor.MfaAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
    "MFA_TOTP_TOLERANCE": 1,  # the code of half a minute ago too: people type slowly
    "MFA_RECOVERY_CODE_COUNT": 8,
    "MFA_RECOVERY_CODE_DIGITS": 8,
}
