from django.apps import AppConfig


class PilotConfig(AppConfig):
    name = "codingahead_web.pilot"
    label = "pilot"

    def ready(self) -> None:
        from codingahead_web.accounts.export import add_part
        from codingahead_web.pilot import queries

        add_part("casepilot_threads", queries.export_threads)
