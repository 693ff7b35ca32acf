"""Static files: when they are collected, one stylesheet out of its parts, and scripts without comments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# In the order of the cascade within each layer.
_COMPONENTS = [
    "icon",
    "button",
    "field",
    "segmented",
    "note",
    "composer",
    "prompt-box",
    "model",
    "ratio",
    "question",
    "tile",
    "tile-strip",
    "tray",
    "tile-select",
    "placeholder",
    "outputs",
    "run",
    "grid",
    "filter",
    "bulk",
    "item",
    "side",
    "item-sections",
    "film-strip",
    "switch",
    "compare",
    "history",
    "lineage",
    "preset",
    "comment",
    "table",
    "choice",
    "code",
    "overlay",
    "confirm",
    "empty",
    "auth",
    "share",
    "motion",
]
STYLES = ["tokens", "base", "layout", "settings", *(f"components/{name}" for name in _COMPONENTS), "utilities"]
BUNDLE = "css/omnistudio.css"
_NOT_NEEDED = re.compile(r"/\*.*?\*/|^\s+", re.S | re.M)
# Whole lines of comment, and indentation; a test holds that no text of ours runs over a line.
_NOT_NEEDED_OF_SCRIPTS = re.compile(r"^\s*//.*\n|^[ \t]+", re.M)


def bundled(parts: list[str]) -> str:
    """The parts as one stylesheet, without comments and indentation."""
    return "".join(f"{_NOT_NEEDED.sub('', part).strip()}\n" for part in parts)


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Makes the one stylesheet beside its parts, as a page waits for one answer and not for two dozen."""

    has_bundle = True
    # What a script imports has the name that a page would give it: under two names it would run twice.
    support_js_module_import_aggregation = True
    # Of our own scripts alone: django-htmx has some that import what is not there.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def get_modified_time(self, name: str) -> datetime:
        """Longer ago than of any source, so that `collectstatic` copies every file.

        Django keeps a collected file that is newer than its source. The files of a release that was unpacked, or of
        a version that is gone back to, are older than the last collection; pages would get another version's styles.
        """
        return datetime.min.replace(tzinfo=UTC)

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        if not dry_run:
            parts = [Path(self.path(f"css/{name}.css")).read_text(encoding="utf-8") for name in STYLES]
            Path(self.path(BUNDLE)).write_text(bundled(parts))
            scripts = [name for name in paths if name.startswith("js/")]
            for script in (Path(self.path(name)) for name in scripts):
                script.write_text(_NOT_NEEDED_OF_SCRIPTS.sub("", script.read_text(encoding="utf-8")))
            # Read from here, and not from their sources.
            paths = {**paths, **{name: (self, name) for name in (BUNDLE, *scripts)}}
        yield from super().post_process(paths, dry_run, **options)


def stylesheets() -> list[str]:
    """What a page links: the one stylesheet, or its parts where nothing has been collected."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    return [BUNDLE] if getattr(staticfiles_storage, "has_bundle", False) else [f"css/{name}.css" for name in STYLES]
