from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "omnistudio.accounts"
    label = "accounts"

    def ready(self) -> None:
        from omnistudio.accounts import receivers  # noqa: F401
