"""All guards."""

from tests.guards.access import ACCESS
from tests.guards.accounts import ACCOUNTS
from tests.guards.addresses import ADDRESSES
from tests.guards.away import AWAY
from tests.guards.browsers import BROWSERS
from tests.guards.files import FILES
from tests.guards.guard import Guard
from tests.guards.keys import KEYS
from tests.guards.service import SERVICE
from tests.guards.sessions import SESSIONS
from tests.guards.sharing import SHARING
from tests.guards.source import SOURCE
from tests.guards.words import WORDS

GUARDS: list[Guard] = [
    *ACCESS,
    *SHARING,
    *BROWSERS,
    *ACCOUNTS,
    *SESSIONS,
    *FILES,
    *ADDRESSES,
    *WORDS,
    *KEYS,
    *SOURCE,
    *SERVICE,
    *AWAY,
]
