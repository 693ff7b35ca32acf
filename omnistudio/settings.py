"""Django settings. They are read from environment variables, all of them optional; `.env.example` lists them."""

import logging
import os
from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.auth_settings import *  # noqa: F403
from omnistudio.core import listening, logs, mail_settings
from omnistudio.core.environment import Environment
from omnistudio.core.storage import config as storage_settings
from omnistudio.core.storage import file_modes, secret_files

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
Environment.read(BASE_DIR / ".env")

# ------------------------------------------------------------------ folders and addresses
# The location in nginx's configuration that stands for MEDIA_ROOT, if nginx sends the files. It reads them as a
# member of our group.
MEDIA_X_ACCEL = env.str("MEDIA_X_ACCEL", default="")
os.umask(file_modes.umask_for(group_reads=bool(MEDIA_X_ACCEL)))  # before any file is created; for all processes
DATA_DIR = (BASE_DIR / env.str("OMNISTUDIO_DATA_DIR", default="data")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

PORT = env.int("PORT", default=8000)
if not 0 <= PORT <= listening.LAST_PORT:
    raise ImproperlyConfigured(f"PORT is {PORT}, and must be between 1 and {listening.LAST_PORT}.")
BIND = listening.bare(env.str("BIND", default="127.0.0.1"))
# The URL by which this machine reaches its own studio; others may use another.
OWN_URL = listening.own_url(BIND, PORT)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
PUBLIC_URL = env.str("PUBLIC_URL", default=OWN_URL).strip().rstrip("/")
_public = listening.split(PUBLIC_URL)

# ------------------------------------------------------------------ secrets and security
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_files.read_or_make(
    DATA_DIR / "secret_key", secret_files.new_secret_key
)
# Earlier secret keys: what was signed with them (sessions, links) stays valid until they are removed.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Keys for encrypted fields, newest first. If there are none, they are read from a file, which
# `rotate_encryption_keys` may change while the processes run.
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[])
ENCRYPTION_KEYS_FILE = DATA_DIR / "encryption_keys"

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", listening.in_url(_public.hostname or "localhost")]
)
# Used by the tracker to call the built-in API, and by the supervisor to find out whether the server answers.
ALLOWED_HOSTS.append(listening.in_url(listening.own_host(BIND)))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "omnistudio.core.error_pages.csrf_failure"
_https = _public.scheme == "https"
if _https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
# Browsers send cookies to all ports of a host. Without the port in the name, two studios on one machine would sign
# each other's people out.
_suffix = f"_{_public.port}" if _public.port else ""
# Browsers accept cookies with this prefix only from this host itself, over https, and for the whole site.
_prefix = "__Host-" if _https else ""
SESSION_COOKIE_NAME = f"{_prefix}omnistudio_session{_suffix}"
CSRF_COOKIE_NAME = f"{_prefix}omnistudio_csrf{_suffix}"
LANGUAGE_COOKIE_NAME = f"{_prefix}omnistudio_language{_suffix}"
BROWSER_COOKIE_NAME = f"{_prefix}omnistudio_browser{_suffix}"
MESSAGES_COOKIE_NAME = f"{_prefix}omnistudio_messages{_suffix}"
MESSAGE_STORAGE = "omnistudio.core.http.message_storage.MessageStorage"
LINK_COOKIE_NAME = f"{'__Secure-' if _https else ''}omnistudio_link"  # set for the path of one public link
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Media are in a folder, or in an object store, to whose host the media views then redirect.
OBJECT_STORE = storage_settings.read(env.str("MEDIA_STORAGE_URL", default=""))
_media_origins = OBJECT_STORE.origins if OBJECT_STORE else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Only custom properties (--r, --elapsed …) are set in style attributes.
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:", *_media_origins],
        "media-src": [SELF, *_media_origins],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ------------------------------------------------------------------ apps and middleware
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "omnistudio.core",
    "omnistudio.accounts",
    "omnistudio.notices",
    "omnistudio.gallery",
    "omnistudio.studio",
    "omnistudio.tracker",
    "omnistudio.openapi_server",
    "omnistudio.operations",
]

MIDDLEWARE = [
    # First those that add headers to every response, also to those that the middleware below returns: static files,
    # redirects, errors.
    "omnistudio.core.middleware.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "omnistudio.core.middleware.private_by_default",
    "omnistudio.core.health.answered_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "omnistudio.core.middleware.compressed_pages",
    "omnistudio.core.middleware.readable_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "omnistudio.core.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "omnistudio.core.middleware.bounded_bodies",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "omnistudio.core.middleware.redirects_of_fragments",
    "omnistudio.core.middleware.LoginRequired",
]

ROOT_URLCONF = "omnistudio.urls"
WSGI_APPLICATION = "omnistudio.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["omnistudio.core.template_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["omnistudio.core.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "omnistudio.core.context_processors.site",
                "omnistudio.accounts.context_processors.own_teams",
            ],
        },
    }
]

# ------------------------------------------------------------------ database, cache, mail
if _database_url := env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db_url_config(_database_url)}
else:  # not given as a URL, because a path may contain %, ?, # and +
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "omnistudio.sqlite3"), "HOST": ""}
    }
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # FULL: what was committed before a request was sent must survive a power cut, or a task could be sent, and
        # paid, twice.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
    }
else:
    # If the server is away, a pool tries again after 1 s, 2 s, 4 s …, by default for five minutes, so it could notice
    # minutes late that the server is back. After `reconnect_timeout` seconds it begins with 1 s again.
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 16, "timeout": 20, "reconnect_timeout": 4}}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://omnistudio_cache")}
# The cache holds the counts of rate limits, so entries must not be evicted before they expire.
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache":
    CACHES["default"]["BACKEND"] = "omnistudio.core.database_cache.DatabaseCache"
if CACHES["default"]["BACKEND"].endswith(("LocMemCache", "FileBasedCache")):
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 1_000_000, **CACHES["default"].get("OPTIONS", {})}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # In seconds. Without them, a Redis that hangs would block every sign-in.
    CACHES["default"]["OPTIONS"] = {
        "socket_connect_timeout": 3,
        "socket_timeout": 3,
        **CACHES["default"].get("OPTIONS", {}),
    }
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://")
vars().update(mail_settings.settings_of(EMAIL_CONFIG))
CAN_SEND_EMAIL = "dummy" not in EMAIL_CONFIG["EMAIL_BACKEND"]
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="OmniStudio <studio@localhost>")

# ------------------------------------------------------------------ people: omnistudio/accounts/auth_settings.py
# How many proxies are in front of the studio: so many of the last addresses in X-Forwarded-For are trusted.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# ------------------------------------------------------------------ languages
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("th", "ไทย"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
THEMES = [("system", _("System")), ("light", _("Light")), ("dark", _("Dark"))]

# ------------------------------------------------------------------ files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # pages of other sites don't need our files
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/no-direct-media/"  # media are served by views that check the viewer
STORAGES = {
    "default": OBJECT_STORE.storage if OBJECT_STORE else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "omnistudio.core.storage.static.BundledStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640 if MEDIA_X_ACCEL else 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750 if MEDIA_X_ACCEL else 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Above Django's default, so that a selection of thousands of items is answered by our own message about the limit.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
MAX_REFERENCE_BYTES = env.int("MAX_REFERENCE_BYTES", default=20_000_000)
MAX_PICTURE_PIXELS = env.int("MAX_PICTURE_PIXELS", default=64_000_000)
MAX_RESULT_BYTES = env.int("MAX_RESULT_BYTES", default=1_000_000_000)

# ------------------------------------------------------------------ the Open API that the studio uses
OMNI_API_IS_BUILT_IN = not env.str("OMNI_API_URL", default="")
OMNI_API_URL = env.str("OMNI_API_URL", default="") or OWN_URL
OMNI_MODELS = env.str("OMNI_MODELS", default="")
# Hosts, as host or host:port, from which results are fetched even if their address is private.
RESULT_HOSTS = env.list("RESULT_HOSTS", default=[])

TRACKER = {
    # In seconds. LEASE_SECONDS must be longer than CALL_SECONDS; a system check enforces it.
    "CALL_SECONDS": env.float("TRACKER_CALL_SECONDS", default=65),
    "LEASE_SECONDS": env.float("TRACKER_LEASE_SECONDS", default=90),
    "COLLECT_SECONDS": env.float("TRACKER_COLLECT_SECONDS", default=600),
    "DEADLINE_SECONDS": env.float("TRACKER_DEADLINE_SECONDS", default=86_400),
    "POLL_SECONDS": env.float("TRACKER_POLL_SECONDS", default=2),
    "MAX_POLL_SECONDS": env.float("TRACKER_MAX_POLL_SECONDS", default=30),
    "CONNECTIONS_PER_KEY": env.int("TRACKER_CONNECTIONS_PER_KEY", default=4),
    "CONCURRENCY": env.int("TRACKER_CONCURRENCY", default=64),
    # The most polls of one tracker per second. With more tasks, each is polled less often.
    "LOOKS_PER_SECOND": env.float("TRACKER_LOOKS_PER_SECOND", default=150),
}

# ------------------------------------------------------------------ the built-in Open API
OPENAPI_SERVER = {
    "ENGINE": env.str("OPENAPI_ENGINE", default="omnistudio.openapi_server.engines.drawing.DrawingEngine"),
    "CREDITS_IMAGE": env.int("OPENAPI_CREDITS_IMAGE", default=15),
    "CREDITS_VIDEO": env.int("OPENAPI_CREDITS_VIDEO", default=60),
    "WELCOME_CREDITS": env.int("OPENAPI_WELCOME_CREDITS", default=10_000),
    "RESULT_DAYS": env.int("OPENAPI_RESULT_DAYS", default=14),
    "REQUESTS_PER_MINUTE": env.int("OPENAPI_REQUESTS_PER_MINUTE", default=3000),
    # How long an engine may take for one job, in seconds.
    "SECONDS_IMAGE": env.float("OPENAPI_SECONDS_IMAGE", default=60),
    "SECONDS_VIDEO": env.float("OPENAPI_SECONDS_VIDEO", default=150),
    # Hosts, as host or host:port, from which reference images are fetched even if their address is private.
    "PRIVATE_HOSTS": env.list("OPENAPI_PRIVATE_HOSTS", default=[]),
}

# ------------------------------------------------------------------ logs and metrics
LOG_FORMAT = env.str("LOG_FORMAT", default="line")
if LOG_FORMAT not in ("line", "json"):
    raise ImproperlyConfigured("LOG_FORMAT is line or json.")
logging.captureWarnings(LOG_FORMAT == "json")  # Python's own warnings become log lines, too
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOGGING = logs.configuration(env.str("LOG_LEVEL", default="INFO"), LOG_FORMAT)
SILENCED_SYSTEM_CHECKS = [
    "models.W040",  # SQLite ignores the covering columns of an index; PostgreSQL uses them
    "security.W008",  # the proxy redirects to https
    "security.W021",  # a host can hardly be removed from the browsers' preload list: its owner has to decide
]
