"""Tests of members/sheets."""
