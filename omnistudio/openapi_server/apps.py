from django.apps import AppConfig


class OpenapiServerConfig(AppConfig):
    name = "omnistudio.openapi_server"
    label = "openapi_server"
    verbose_name = "Open API"

    def ready(self) -> None:
        from omnistudio.openapi_server import checks, receivers  # noqa: F401
