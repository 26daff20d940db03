"""Settings: base for everybody, then dev, test and prod."""
