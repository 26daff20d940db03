#!/usr/bin/env python
"""Django's command line. `script/manage` runs it in the project's own environment with the services up."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
