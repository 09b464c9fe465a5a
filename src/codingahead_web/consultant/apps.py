from django.apps import AppConfig


class ConsultantConfig(AppConfig):
    name = "codingahead_web.consultant"
    label = "consultant"

    def ready(self) -> None:
        from django.conf import settings

        if settings.MAIL_WEBHOOK_SECRET:
            from codingahead_web.consultant.intake import webhook  # noqa: F401
