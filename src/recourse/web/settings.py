"""Django's settings: safe by default, everything changeable by a `RECOURSE_…` variable of the environment.

RECOURSE_HOME          where `var/` (database, secret key) lives; default: ~/.recourse
RECOURSE_SECRET_KEY    at least 32 characters; default: made on the first start, in var/secret-key
RECOURSE_HOSTS         names under which the pages are reached, with commas; default: localhost only
RECOURSE_HTTPS         1 behind a server that speaks TLS and sets X-Forwarded-Proto
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

ROOT_URLCONF = "recourse.web.urls"
WSGI_APPLICATION = "recourse.web.wsgi.application"
INSTALLED_APPS = ["django.contrib.staticfiles", "recourse.web"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recourse.web.middleware.Headers",
    "recourse.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "recourse.web.context.page"],
            "builtins": ["django.templatetags.i18n", "recourse.web.templatetags.recourse"],
        },
    }
]

# SQLite that several processes may write to: a transaction takes its lock when it begins, and a commit is on the disk.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "recourse.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=27103364; "
            "PRAGMA mmap_size=134217728;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # an address holds the answers: no other site may see it
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
CSRF_COOKIE_SECURE = HTTPS

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # Never the query: it holds the answers. Django's own loggers write the path only.
    "root": {"handlers": ["console"], "level": "WARNING"},
}
