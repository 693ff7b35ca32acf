"""Signals for other packages."""

from django.dispatch import Signal

# Sent when a person got an account, with the argument `user`. A receiver may return a key for the Open API, which is
# saved as the person's own. So this package need not import the one that issues keys.
person_joined = Signal()
