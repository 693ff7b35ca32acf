"""What other parts may listen to."""

from django.dispatch import Signal

# A person has an account now. Arguments: user. A receiver may return a key for the Open API, which is
# then kept as the person's own; the accounts know nothing of who gives it.
person_joined = Signal()
