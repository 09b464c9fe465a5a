from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "codingahead_web.metering"
    label = "metering"
    verbose_name = "Plans and use"

    def ready(self) -> None:
        from codingahead_web.accounts.export import add_part
        from codingahead_web.metering import queries, signals  # noqa: F401

        add_part("use", queries.export_use)
        add_part("plans", queries.export_plans)
