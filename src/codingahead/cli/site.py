"""What the commands that run the site's own processes share: its settings, its database ready for use."""

from __future__ import annotations

import argparse
import os

from codingahead.cli.common import home, pack_folder
from codingahead.words.errors import BadInput


def ready_site(options: argparse.Namespace, *, durable: bool = False) -> None:
    """Loads the site and brings its tables up to date. `durable`: what is stored must outlive a loss of power, too."""
    try:
        import django
        from django.core.management import call_command
    except ImportError:
        raise BadInput(
            "the site is not installed", "install it with `pip install 'codingahead[web,mail,documents]'`"
        ) from None
    os.environ["CODINGAHEAD_PACK"] = str(pack_folder(options))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "codingahead_web.conf.settings")
    home().mkdir(parents=True, exist_ok=True)
    django.setup()
    if durable:
        from django.conf import settings

        settings.DATABASES["default"]["OPTIONS"] = {
            name: value.replace("synchronous=NORMAL", "synchronous=FULL") if name == "init_command" else value
            for name, value in settings.DATABASES["default"].get("OPTIONS", {}).items()
        }
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
