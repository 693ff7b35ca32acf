from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "omnistudio.notices"
    label = "notices"
