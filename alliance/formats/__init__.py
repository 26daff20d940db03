"""Formats of our own."""
