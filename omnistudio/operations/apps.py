from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "omnistudio.operations"
    label = "operations"
