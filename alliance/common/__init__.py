"""The ground floor: what every app stands on. Imports no other app."""
