"""Makes the tables, the queues and the users, and serves: `python -m tests.helpdesk.desk PORT`."""

import os
import sys


def main(port: str) -> None:
    """Serve until it is ended; the database named by HELPDESK_DB is made if it is not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.helpdesk.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, run_syncdb=True)
    _seed()
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)


def _seed() -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.sites.models import Site
    from helpdesk.models import Queue

    people = get_user_model()
    if people.objects.exists():
        return
    Site.objects.get_or_create(id=1, defaults={"domain": "helpdesk.example", "name": "helpdesk"})
    people.objects.create_superuser("tierline", "tierline@desk.example", os.environ["HELPDESK_SECRET"])
    for name in os.environ["HELPDESK_PEOPLE"].split():
        people.objects.create_user(name, f"{name}@desk.example", name, is_staff=True)
    for name in ("acme", "harbor"):
        Queue.objects.create(title=name, slug=name, allow_public_submission=True)


if __name__ == "__main__":
    main(sys.argv[1])
