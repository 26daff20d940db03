"""Bringing in what exists: spreadsheets with any header, judged row by row, taken over and undone as a whole."""
