from django.apps import AppConfig


class LookupConfig(AppConfig):
    name = "codingahead_web.lookup"
    label = "lookup"

    def ready(self) -> None:
        from codingahead_web.accounts.export import add_part
        from codingahead_web.lookup import queries, signals  # noqa: F401

        add_part("favourite_lists", queries.export_lists)
        add_part("notes", queries.export_notes)
        add_part("history", queries.export_history)
