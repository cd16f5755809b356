"""The helpdesk at the root, as its standalone project has it, and a letter box: it reads mail from files otherwise."""

import logging

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def mail(request: HttpRequest) -> HttpResponse:
    """Take a mail in, as its `get_email` does with one from its mailbox."""
    from helpdesk.email import extract_email_metadata
    from helpdesk.models import Queue

    queue = Queue.objects.get(slug="acme")
    extract_email_metadata(request.body.decode(), queue, logging.getLogger("helpdesk"))
    return HttpResponse(status=204)


urlpatterns = [path("mail/", mail), path("", include("helpdesk.urls", namespace="helpdesk"))]
