from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "omnistudio.tracker"
    label = "tracker"

    def ready(self) -> None:
        from omnistudio.tracker import checks  # noqa: F401
