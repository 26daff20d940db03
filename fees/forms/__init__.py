"""What people enter about money, by what it is about."""
