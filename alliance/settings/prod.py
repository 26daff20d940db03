"""A real installation. Refuses to start on a missing or sample secret."""

from django.core.exceptions import ImproperlyConfigured

from alliance.settings import env
from alliance.settings.base import *
from alliance.settings.base import SAMPLE_SECRET

SECRET_KEY = env.text("SECRET_KEY")
if SECRET_KEY == SAMPLE_SECRET or len(SECRET_KEY) < 40:
    raise ImproperlyConfigured(
        'SECRET_KEY is the sample one or shorter than 40 characters. Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is empty. Name the site's host, for example ALLOWED_HOSTS=alliance.example.edu.cn")
SITE_URL = env.text("SITE_URL").rstrip("/")
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", default=1)
