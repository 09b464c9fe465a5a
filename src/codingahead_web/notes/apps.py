from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "codingahead_web.notes"
    label = "notes"

    def ready(self) -> None:
        from codingahead_web.accounts.export import add_part
        from codingahead_web.notes import actions

        add_part("kept_notes", actions.export_kept)
