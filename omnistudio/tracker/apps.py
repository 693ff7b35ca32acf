from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "omnistudio.tracker"
    label = "tracker"
