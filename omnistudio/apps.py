"""The project itself as an app: its commands, checks, and the heartbeats of its processes."""

from django.apps import AppConfig


class OmniStudioConfig(AppConfig):
    name = "omnistudio"
    label = "omnistudio"
    verbose_name = "OmniStudio"

    def ready(self) -> None:
        from omnistudio import checks, network_checks  # noqa: F401
