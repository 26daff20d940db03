"""Filters of ours."""
from django import template

register = template.Library()
