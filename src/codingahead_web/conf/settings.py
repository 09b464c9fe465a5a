"""Settings of the site, read once from the environment through typed helpers."""

from __future__ import annotations

from csp.constants import NONE, SELF

from codingahead_web.conf import env

HOME = env.home()
PACK = env.folder("CODINGAHEAD_PACK", HOME / "packs")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
PUBLIC_URL = env.origin("PUBLIC_URL")
METERING = env.switch("METERING", True)

DEBUG = env.switch("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY", HOME / "secret_key")
DATABASES = {"default": env.database("DATABASE_URL", HOME / "codingahead.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_IS_LOOPBACK = HOST in ("127.0.0.1", "::1", "localhost")
_NAMED = [*env.words("ALLOWED_HOSTS"), *([PUBLIC_URL.split("//")[1].rsplit(":", 1)[0]] if PUBLIC_URL else [])]
# A server that listens on all its addresses and was told no name cannot know which names are its own.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *_NAMED] if _IS_LOOPBACK or _NAMED else ["*"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

_IS_HTTPS = PUBLIC_URL.startswith("https:")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if _IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "codingahead_web.conf.errors.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "codingahead_web.look",
    "codingahead_web.gate",
    "codingahead_web.lookup",
    "codingahead_web.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "codingahead_web.gate.middleware.PermissionsPolicy",
    "codingahead_web.api.middleware.OneErrorShape",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "codingahead_web.gate.middleware.OpenVisit",
]
ROOT_URLCONF = "codingahead_web.conf.urls"
WSGI_APPLICATION = "codingahead_web.conf.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "codingahead_web.gate.visit.in_templates",
            ],
            "builtins": ["django.templatetags.static", "codingahead_web.look.templatetags.look"],
        },
    }
]

STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {"staticfiles": {"BACKEND": "codingahead_web.look.statics.VersionedStatics"}}
# Addresses carry a digest of the file (see `look.statics`), so that a browser may keep what it has.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 31_536_000
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")

MAX_BODY = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY

_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.choice("LOG_LEVEL", "WARNING", _LOG_LEVELS)},
}
