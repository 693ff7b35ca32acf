"""The project's settings as they are, but for static files that need no `collectstatic`."""

import os

os.environ.setdefault("LOG_LEVEL", "WARNING")

from omnistudio.settings import *  # noqa: F403
from omnistudio.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
SILENCED_SYSTEM_CHECKS = ["models.W040"]
