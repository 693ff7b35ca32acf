"""The project itself as an app: its commands, checks, and the heartbeats of its processes."""

import logging
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from omnistudio.core.storage import file_modes

logger = logging.getLogger(__name__)


class OmniStudioConfig(AppConfig):
    name = "omnistudio.core"
    label = "omnistudio"
    verbose_name = "OmniStudio"

    def ready(self) -> None:
        from omnistudio.core import (
            checks,  # noqa: F401
            network_checks,  # noqa: F401
        )

        for line in kept_files().tighten():
            logger.warning(line)


def kept_files() -> file_modes.Kept:
    """What this studio keeps in files, by its settings."""
    database = settings.DATABASES["default"]
    is_file = database["ENGINE"].endswith("sqlite3") and not str(database["NAME"]).startswith((":memory:", "file:"))
    return file_modes.Kept(
        folder=settings.DATA_DIR,
        secrets=(settings.DATA_DIR / "secret_key", settings.ENCRYPTION_KEYS_FILE),
        database=Path(database["NAME"]) if is_file else None,
        group_reads=bool(settings.MEDIA_X_ACCEL),
        program=settings.BASE_DIR,
    )
