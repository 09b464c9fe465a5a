from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "codingahead_web.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from codingahead_web.accounts import signals  # noqa: F401
