"""The request as views behind the sign-in get it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from omnistudio.accounts.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """A request of a person who is signed in; `htmx` tells whether it asks for a fragment."""

    user: User
    htmx: HtmxDetails
