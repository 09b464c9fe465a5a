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
# How many guests of one network are counted in a day before the next one is asked to register.
GUESTS_PER_NETWORK = env.number("GUESTS_PER_NETWORK", 25, least=1)
# Proxies of the operator in front of the site; 0: the address of the connection is the caller's.
PROXIES = env.number("PROXIES", 0, most=8)
REGISTRATION = env.switch("REGISTRATION", True)
BREACHED_PASSWORDS = env.text("BREACHED_PASSWORDS")

# Who may read /metrics from another machine; without it, this machine alone.
METRICS_TOKEN = env.text("METRICS_TOKEN")
# CasePilot's language model; none unless address and name are set.
MODEL_URL, MODEL_NAME, MODEL_KEY = env.text("MODEL_URL"), env.text("MODEL_NAME"), env.text("MODEL_KEY")
MODEL_AGREED = env.switch("MODEL_AGREED", False)

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
    # Before the libraries whose templates we replace.
    "codingahead_web.look",
    "codingahead_web.accounts",
    "codingahead_web.metering",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "codingahead_web.gate",
    "codingahead_web.lookup",
    "codingahead_web.fees",
    "codingahead_web.pages",
    "codingahead_web.pilot",
    "codingahead_web.claims",
    "codingahead_web.visits",
    "codingahead_web.notes",
    "codingahead_web.consultant",
    "codingahead_web.careers",
    *(["anymail"] if env.text("MAIL_WEBHOOK_SECRET") else []),
    "codingahead_web.api",
]
MIDDLEWARE = [
    "codingahead_web.api.measures.Measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "codingahead_web.gate.middleware.PermissionsPolicy",
    "codingahead_web.api.middleware.OneErrorShape",
    "codingahead_web.api.middleware.OutcomeOfErrors",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "codingahead_web.gate.middleware.ApiKeys",
    "codingahead_web.gate.middleware.OpenVisit",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "codingahead_web.conf.urls"
WSGI_APPLICATION = "codingahead_web.conf.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "codingahead_web.gate.visit.in_templates",
            ],
            "builtins": ["django.templatetags.static", "codingahead_web.look.templatetags.look"],
        },
    }
]

# Payment: without a Stripe secret, plans are asked for and approved in the admin.
STRIPE_SECRET = env.text("STRIPE_SECRET")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET")

# People and how they log in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "codingahead_web.accounts.passwords.BreachedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "codingahead_web.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Coding Ahead: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _IS_HTTPS else "http"
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Coding Ahead"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _IS_LOOPBACK
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = env.open_id("OIDC_SERVER_URL")
SOCIALACCOUNT_ENABLED = bool(SOCIALACCOUNT_PROVIDERS)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], ["username"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_CLIENT_IP_CALLABLE = "codingahead_web.accounts.adapter.axes_address"
AXES_USERNAME_CALLABLE = "codingahead_web.accounts.adapter.axes_name"
AXES_SENSITIVE_PARAMETERS = ["login", "email", "username"]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
SESSION_COOKIE_AGE = 30 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

globals().update(env.mail("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "Coding Ahead <no-reply@localhost>")

# CaseConsultant. Addresses that are answered (none named: every address that a mail is handed in for), machines whose word about the sender
# is believed, and what happens to mails whose sender cannot be proven.
MAIL_ADDRESSES = [address.lower() for address in env.words("MAIL_ADDRESSES")]
MAIL_TRUSTED = env.networks("MAIL_TRUSTED", ["127.0.0.0/8", "::1/128"])
MAIL_UNPROVEN = env.choice("MAIL_UNPROVEN", "hold", ("hold", "silent"))
MAIL_WITHOUT_DNS = env.choice("MAIL_WITHOUT_DNS", "hold", ("hold", "answer"))
MAIL_PER_SENDER = env.number("MAIL_PER_SENDER", 3000, least=1)
MAIL_PER_HOUR = env.number("MAIL_PER_HOUR", 20_000, least=1)
MAIL_LARGEST = env.number("MAIL_LARGEST", 25, least=1, most=200)
IMAP_URL = env.text("IMAP_URL")
# Whether the server of the mailbox, or the provider, writes the topmost Authentication-Results of each mail.
MAIL_TRUSTS_SERVER = env.switch("MAIL_TRUSTS_SERVER", False)
# The provider's webhooks live below /mail/webhook/ and are signed with this.
MAIL_WEBHOOK_SECRET = env.text("MAIL_WEBHOOK_SECRET")
ANYMAIL = {"WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET} if MAIL_WEBHOOK_SECRET else {}
# What a worker calls every minute: names of functions without parameters, each of which knows by itself whether it is due.
PERIODIC = [
    "codingahead_web.consultant.actions.forget",
    "codingahead_web.careers.tasks.send_alerts",
    "codingahead_web.careers.tasks.expire_postings",
    "codingahead_web.careers.tasks.forget_applications",
]
# CareerCenter: days after a posting has ended until applications for it are deleted.
CAREERS_DAYS_KEPT = env.number("CAREERS_DAYS_KEPT", 365, least=1)

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
# Claim files on their way to a report, and the reports; nobody else on the machine reads them.
UPLOADS = HOME / "uploads"
FILE_UPLOAD_HANDLERS = ["codingahead_web.claims.receive.LimitedUpload"]

_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.choice("LOG_LEVEL", "WARNING", _LOG_LEVELS)},
}
