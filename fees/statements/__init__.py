"""Bank statements as files: read, judged, and each line known again. No database here."""
