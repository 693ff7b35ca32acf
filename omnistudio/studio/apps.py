from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "omnistudio.studio"
    label = "studio"
