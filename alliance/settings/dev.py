"""One machine, for trying it and for developing. `script/server` uses this."""

from alliance.settings import env
from alliance.settings.base import *

DEBUG = env.flag("DEBUG", default=False)
# script/server sets it after loading the sample data, and only when it listens on a loopback address.
SAMPLE_MODE = env.flag("SAMPLE_MODE", default=False)
# Only the sample's own accounts, whose passwords are known anyway; a role that is granted to anybody else brings the second factor.
STAFF_SECOND_FACTOR_EXEMPT = "@sample.edu.cn" if SAMPLE_MODE else ""
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
