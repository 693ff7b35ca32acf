#!/usr/bin/env python
"""Django's command-line utility."""

import os
import sys

os.umask(0o077)  # whatever is made is its owner's alone; the settings open the media to nginx's group


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnistudio.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        if not (text := explained(error)):
            raise
        sys.exit(text)


def explained(error: Exception) -> str:
    """What is to be done, where an error is a wrong setting or a database that is not prepared; else nothing."""
    from django.core.exceptions import ImproperlyConfigured

    if isinstance(error, ImproperlyConfigured):
        return f"Wrong settings: {error}"
    from omnistudio.core import commands

    return commands.explained(error)


if __name__ == "__main__":
    main()
