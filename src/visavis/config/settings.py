"""Django's settings, from the environment alone; see `instance` for what may be set."""

from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF

from visavis.config import accounts, databases
from visavis.config.instance import from_environment, secrets_of

INSTANCE = from_environment()
_secrets = secrets_of(INSTANCE.var)

WORLD = INSTANCE.world
CANTON = INSTANCE.canton
PACK = INSTANCE.pack
VAR = INSTANCE.var
FILES = VAR / "files"  # sealed documents of cases
BASE_URL = INSTANCE.base_url
PAPER_SIGNER = INSTANCE.paper_signer
PDF_SIGNER = INSTANCE.pdf_signer
PDF_KEY, PDF_PASSPHRASE = INSTANCE.pdf_key
VIRUS_SCANNER = INSTANCE.virus_scanner
OPENID = {
    "fake_url": INSTANCE.openid_fake_url,
    "fake_secret": _secrets["openid"],
    "clients": INSTANCE.openid_clients,
}
LABORATORY_REGISTER = {"url": INSTANCE.register_url, "token": INSTANCE.register_token}
PAYMENT_PROVIDER = {**INSTANCE.payment_provider, "secret": _secrets["payment_provider"]}

DEBUG = INSTANCE.debug
SECRET_KEY = _secrets["django"]
ALLOWED_HOSTS = (
    ["*"] if WORLD != "live" else [BASE_URL.split("//", 1)[1].split(":")[0].split("/")[0]]
)
ROOT_URLCONF = "visavis.config.urls"
WSGI_APPLICATION = "visavis.config.wsgi.application"

ROOMS = [
    "foundation", "journal", "measures", "gateways", "typesetting", "places", "notices", "people",
    "catalog", "devices", "visits", "payments", "appointments", "cases", "papers", "assistance", "packs",
]  # fmt: skip
DOORS = ["portal", "staff", "desk", "office", "control", "device_api", "public_api"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    *accounts.APPS,
    *[f"visavis.{room}" for room in ROOMS if find_spec(f"visavis.{room}")],
    "visavis.design",
    *[f"visavis.doors.{door}" for door in DOORS if find_spec(f"visavis.doors.{door}")],
    "visavis.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # masks tokens against BREACH by random padding
    "csp.middleware.CSPMiddleware",
    "visavis.config.middleware.NoNulls",
    "visavis.config.middleware.Languages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "visavis.config.middleware.CantonFacts",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "visavis.doors.portal.visit_middleware.VisitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "visavis.design.context.frame",
            ],
        },
    }
]

DATABASES = databases.settings_for(INSTANCE)
DATABASE_ROUTERS = ["visavis.config.databases.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = accounts.BACKENDS
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = accounts.PASSWORD_VALIDATORS
for _name, _value in accounts.ALLAUTH.items():
    globals()[_name] = _value

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("de", "Deutsch"), ("it", "Italiano"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Zurich"
# Named here our words win over those of Django and allauth for the same English.
LOCALE_PATHS = [
    path
    for app in ("design", *(f"doors/{door}" for door in DOORS))
    if (path := Path(__file__).parents[1] / app / "locale").is_dir()
]
LANGUAGE_COOKIE_NAME = "visavis_language"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [
    (f"brand/{pack.parent.name}", pack) for pack in sorted(INSTANCE.packs.glob("*/brand"))
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_NAME = "visavis_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the return from the payment page is a foreign navigation
SESSION_COOKIE_AGE = 60 * 60 * 8
CSRF_COOKIE_NAME = "visavis_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "visavis.doors.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31536000 if BASE_URL.startswith("https://") else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
FILE_UPLOAD_HANDLERS = ["visavis.config.uploads.NoFiles"]  # until a page asks for one

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Paying is a form of ours that redirects to the provider; browsers check both addresses.
        "form-action": [SELF, INSTANCE.provider_origin],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "visavis.config.logs.WithoutSecrets"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["without_secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
