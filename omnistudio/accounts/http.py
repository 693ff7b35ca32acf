"""The type of request that views for signed-in people receive."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from omnistudio.accounts.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """A request of a signed-in person; `htmx` is true if it asks for a fragment of a page."""

    user: User
    htmx: HtmxDetails
