"""One machine, for trying it and for developing. `script/server` uses this."""

from alliance.settings import env
from alliance.settings.base import *

DEBUG = env.flag("DEBUG", default=False)
# script/server sets it after loading the sample data, and only when it listens on a loopback address.
SAMPLE_MODE = env.flag("SAMPLE_MODE", default=False)
STAFF_SECOND_FACTOR_REQUIRED = not SAMPLE_MODE
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
