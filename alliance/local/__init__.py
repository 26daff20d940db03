"""The services of one machine: PostgreSQL and Redis from wheels, started on demand, data in `var/`."""
