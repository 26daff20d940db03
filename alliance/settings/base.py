"""What holds everywhere. Values that differ by machine come from the environment or `.env` (see `.env.example`)."""

import datetime as dt
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from alliance.local.paths import postgres_socket_dir, redis_socket
from alliance.settings import env
from alliance.settings.unfold import UNFOLD  # noqa: F401 (read by the admin)

BASE_DIR = Path(__file__).resolve().parents[2]
env.load_dotenv(BASE_DIR / ".env")
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

SAMPLE_SECRET = "sample-secret-for-trying-it-on-one-machine-only"
SECRET_KEY = env.text("SECRET_KEY", SAMPLE_SECRET)
DEBUG = False
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS")
# Links in mails and QR codes need the public address; a request is not always at hand where they are made.
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
# Sample accounts have known passwords and no second factor: only on a loopback address, and a banner says so.
SAMPLE_MODE = False

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "alliance.apps.AllianceAdminConfig",
    "alliance.common",
    "members",
    "fees",
    "council",
    "meetings",
    "notices",
    "alliance.home",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "pghistory",
    "rules",
    "crispy_forms",
    "django_htmx",
    "anymail",
    "csp",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "alliance.common.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "alliance.common.middleware.AuditContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "members.middleware.IdleStaffMiddleware",
    "members.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "alliance.common.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "alliance.urls"
WSGI_APPLICATION = "alliance.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "alliance.common.context_processors.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "alliance.common.templatetags.alliance"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["alliance"]
CRISPY_TEMPLATE_PACK = "alliance"
CRISPY_FAIL_SILENTLY = False

DATABASES = {
    "default": env.database("DATABASE_URL", f"postgresql://postgres@/alliance?host={postgres_socket_dir(VAR_DIR)}")
    | {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.redis("REDIS_URL", f"unix://{redis_socket(VAR_DIR)}")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "alliance"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
# Staff see everybody's data: an unattended screen signs itself out.
STAFF_IDLE_SECONDS = env.integer("STAFF_IDLE_SECONDS", default=30 * 60, minimum=60)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "alliance.common.views.errors.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["alliance.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if _bucket := env.text("FILES_S3_BUCKET", ""):
    STORAGES["private"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": env.object_storage(_bucket)}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024, minimum=1024)
UPLOAD_MAX_PIXELS = env.integer("UPLOAD_MAX_PIXELS", default=50_000_000, minimum=10_000)

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "home:landing"
LOGOUT_REDIRECT_URL = "home:index"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# There is no sign-up; the list decides whether the sign-in form has a password at all.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # A sign-in code proves the address each time.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "members.forms.signin.RequestCodeForm",
    "confirm_login_code": "members.forms.signin.ConfirmCodeForm",
    "login": "members.forms.signin.PasswordLoginForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "request_login_code": "20/m/ip,3/m/key", "login": "30/m/ip"}
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# The address is proved by a code at each sign-in; there is no other verification that could come first.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Alliance"
# Staff must have a second factor; switched off only for the sample accounts on a loopback address.
STAFF_SECOND_FACTOR_REQUIRED = True
STAFF_SECOND_FACTOR_EXEMPT = ""

EMAIL_FROM_DEFAULT = "alliance@localhost"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", EMAIL_FROM_DEFAULT)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILBOX_DIR = VAR_DIR / "mailbox"
globals().update(env.email("EMAIL_URL"))
# An e-mail service instead of a mail server (django-anymail): its name, its key, and the secret its webhook shows.
EMAIL_SERVICE = env.text("EMAIL_SERVICE", "")
ANYMAIL: dict[str, object] = {}
if EMAIL_SERVICE:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_SERVICE}.EmailBackend"
    ANYMAIL = env.mail_service(EMAIL_SERVICE)
# The mailbox to which undeliverable mail comes back: imaps://user:password@host/INBOX
BOUNCE_IMAP_URL = env.text("BOUNCE_IMAP_URL", "")
# Where group robots may be called, and nothing else.
ROBOT_HOSTS = [("https", "qyapi.weixin.qq.com"), ("https", "oapi.dingtalk.com"), ("https", "open.feishu.cn"), ("https", "open.larksuite.com")]

_broker = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_URL = _broker
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
# All three must agree, or the shortest one counts and long tasks run twice.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_VISIBILITY_TIMEOUT = 3600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "alliance.common.beat:DatabaseScheduler"
# Every entry is a sweep that finds its work in Postgres; running one twice changes nothing. These are the shipped rhythms:
# beat makes a row of each, and staff change the rows ("Scheduled tasks"). Seconds, or a time of day.
CELERY_BEAT_SCHEDULE = {
    "send-outbox": {"task": "alliance.common.tasks.send_outbox", "schedule": 60.0},
    "run-jobs": {"task": "alliance.common.tasks.run_jobs", "schedule": 60.0},
    "open-ballots": {"task": "council.tasks.open_scheduled_ballots", "schedule": 60.0},
    "announce-notices": {"task": "notices.tasks.announce_notices", "schedule": 60.0},
    "announce-dues": {"task": "fees.tasks.announce_runs", "schedule": 60.0},
    "close-ballots": {"task": "council.tasks.close_due_ballots", "schedule": 60.0},
    "discard-kept": {"task": "council.tasks.discard_abandoned", "schedule": 3600.0},
    "sweep-drafts": {"task": "members.tasks.sweep_drafts", "schedule": 3600.0},
    "apply-retention": {"task": "members.tasks.apply_retention", "schedule": 6 * 3600.0},
    "sweep-places": {"task": "meetings.tasks.sweep_places", "schedule": 60.0},
    "forget-answers": {"task": "meetings.tasks.forget_answers", "schedule": 3600.0},
    "send-reminders": {"task": "notices.tasks.send_due_reminders", "schedule": 300.0},
    "read-bounces": {"task": "alliance.common.tasks.read_bounces", "schedule": 600.0},
    "post-to-robots": {"task": "alliance.common.tasks.post_to_robots", "schedule": 60.0},
    "tidy-runs": {"task": "alliance.common.tasks.tidy_runs", "schedule": dt.time(3, 30)},
}

# django-csp: nothing but ourselves; no inline script or style anywhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

PGHISTORY_APPEND_ONLY = True
PGHISTORY_ADMIN_MODEL = ""
SILENCED_SYSTEM_CHECKS: list[str] = []

# The libraries of PDF pages chatter at INFO.
# A refused or missing page is in the access log; a trace of it in the terminal only hides what is wrong.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"pikepdf": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}, "django.request": {"level": "ERROR"}},
}

CRISPY_CLASS_CONVERTERS = {
    **dict.fromkeys(
        ["textinput", "emailinput", "numberinput", "dateinput", "datetimeinput", "passwordinput", "urlinput", "searchinput", "telinput", "suggestinginput"],
        "input",
    ),
    **dict.fromkeys(["select", "nullbooleanselect", "selectmultiple"], "select"),
    "textarea": "textarea",
    **dict.fromkeys(["fileinput", "clearablefileinput"], "input input--file"),
}
