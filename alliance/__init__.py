"""The project: wiring, and the ground floor that every app stands on."""

from alliance.celery import app as celery_app

__all__ = ["celery_app"]
