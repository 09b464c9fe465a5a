from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "codingahead_web.gate"
    label = "gate"

    def ready(self) -> None:
        from codingahead_web.gate import signals  # noqa: F401
