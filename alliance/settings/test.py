"""For the test suite: real Postgres, real Redis where a test asks for it, mails in memory, fast password hashes."""

from alliance.settings import env
from alliance.settings.base import *

DEBUG = False
# Tests of the second factor switch it on; all others would only see its page.
STAFF_SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES["private"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
WHITENOISE_AUTOREFRESH = True
# Two suites on one server (two clones, two terminals) must not share a database.
DATABASES["default"]["TEST"] = {"NAME": env.text("TEST_DATABASE", "test_alliance")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
