"""Django's settings: safe by default, everything changeable by a `RECOURSE_…` variable of the environment.

RECOURSE_HOME          where `var/` (database, secret key) lives; default: ~/.recourse
RECOURSE_SECRET_KEY    at least 32 characters; default: made on the first start, in var/secret-key
RECOURSE_HOSTS         names under which the pages are reached, with commas; default: localhost only
RECOURSE_HTTPS         1 behind a server that speaks TLS and sets X-Forwarded-Proto
RECOURSE_PROXIES       how many servers of ours stand before the pages and add to X-Forwarded-For; default: 1 with
                       RECOURSE_HTTPS, else 0
RECOURSE_DATABASE      postgres://USER:PASSWORD@HOST:PORT/NAME, or postgres:///NAME?host=/run/... for a socket;
                       default: SQLite in var/
RECOURSE_MAIL          smtp://USER:PASSWORD@HOST:PORT, smtps:// with TLS from the first byte; default: mail is
                       printed where the server was started
RECOURSE_MAIL_FROM     the sender of mail; default: recourse@localhost
RECOURSE_ADDRESS       where people reach the pages, for links in mail; default: the first host
RECOURSE_SCANNER       a ClamAV daemon for handed-in files: /run/clamav/clamd.ctl or tcp:HOST:PORT; default: none
RECOURSE_SEAL_KEY      the key that seals bundles and heads of the log; default: made when needed, in var/seal.pem
RECOURSE_AUTHORITY     address of a time-stamp authority (RFC 3161); default: none
RECOURSE_WITNESSES     addresses, with commas, that the heads of the log are mailed to, besides institutions' auditors
RECOURSE_DEBUG         1 while writing code, never for the public
"""

import mimetypes
from pathlib import Path

from recourse.web import environment

HERE = Path(__file__).resolve().parent
HOME = environment.folder("RECOURSE_HOME", default=Path.home() / ".recourse")
VAR = HOME / "var"
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = environment.flag("RECOURSE_DEBUG", default=False)
SECRET_KEY = environment.secret("RECOURSE_SECRET_KEY", VAR / "secret-key")
ALLOWED_HOSTS = environment.names("RECOURSE_HOSTS", default="localhost,127.0.0.1,[::1]")
HTTPS = environment.flag("RECOURSE_HTTPS", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("RECOURSE_PROXIES", default=int(HTTPS))

ROOT_URLCONF = "recourse.web.urls"
WSGI_APPLICATION = "recourse.web.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "recourse.web",  # before allauth: our pages take the place of its own
    "django.forms",  # after ours, so that our templates of fields are found first
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "recourse.desk",
    "recourse.work",
    "recourse.payouts",
    "recourse.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recourse.web.middleware.Headers",
    "recourse.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recourse.web.middleware.Scoped",
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
                "recourse.web.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "recourse.web.templatetags.recourse"],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# SQLite, where a transaction takes its lock when it begins and a commit is on the disk; or the PostgreSQL named.
DATABASES = {"default": environment.database("RECOURSE_DATABASE", VAR / "recourse.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "desk.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_REDIRECT_URL = "/cases/"
LOGIN_URL = "/account/login/"

# Learners sign in by a code in their mail or a passkey; staff need a second factor besides: recourse.web.access.
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_SIGNUP_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_ADAPTER = "recourse.web.signing_in.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Recourse"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # on localhost only: browsers refuse it anywhere else

EMAIL_BACKEND, _mail = environment.mail("RECOURSE_MAIL")
globals().update(_mail)
DEFAULT_FROM_EMAIL = environment.text("RECOURSE_MAIL_FROM", default="recourse@localhost")
_here = f"https://{ALLOWED_HOSTS[0]}" if HTTPS and ALLOWED_HOSTS else "http://localhost:8000"
ADDRESS = environment.text("RECOURSE_ADDRESS", default=_here).rstrip("/")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # the few files come straight from the package: nothing to collect before the first start
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 365 * 24 * 3600  # an address of ours changes with the file's contents
mimetypes.add_type("image/svg+xml", ".svg")

DATA_UPLOAD_MAX_NUMBER_FIELDS = 400  # there are some 250 facts; a longer address is nobody's interview
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # a contract that was pasted; files are counted apart
SCANNER = environment.text("RECOURSE_SCANNER")
SEAL_KEY = environment.folder("RECOURSE_SEAL_KEY", default=VAR / "seal.pem")
AUTHORITY = environment.text("RECOURSE_AUTHORITY")
WITNESSES = environment.names("RECOURSE_WITNESSES")
FILES = VAR / "files"  # what people handed in, under random names; never served from here

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # an address holds the answers: no other site may see it
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "recourse.web.views.again.stale"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # Never the query: it holds the answers. Django's own loggers write the path only.
    "root": {"handlers": ["console"], "level": "WARNING"},
}
