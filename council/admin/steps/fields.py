"""Defaults that several steps share."""

DEFAULT_DAYS = 7
