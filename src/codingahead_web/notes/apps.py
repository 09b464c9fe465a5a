from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "codingahead_web.notes"
    label = "notes"
