"""All guards."""

from tests.guards.access import ACCESS
from tests.guards.accounts import ACCOUNTS
from tests.guards.addresses import ADDRESSES
from tests.guards.away import AWAY
from tests.guards.bounds import BOUNDS
from tests.guards.browsers import BROWSERS
from tests.guards.fetch import FETCH
from tests.guards.files import FILES
from tests.guards.guard import Guard
from tests.guards.keys import KEYS
from tests.guards.media import MEDIA
from tests.guards.outputs import OUTPUTS
from tests.guards.service import SERVICE
from tests.guards.sessions import SESSIONS
from tests.guards.sharing import SHARING
from tests.guards.sharing_rights import SHARING_RIGHTS
from tests.guards.source import SOURCE
from tests.guards.start import START
from tests.guards.tray import TRAY
from tests.guards.typing import TYPING
from tests.guards.words import WORDS

GUARDS: list[Guard] = [
    *ACCESS,
    *SHARING,
    *SHARING_RIGHTS,
    *BROWSERS,
    *ACCOUNTS,
    *SESSIONS,
    *FILES,
    *OUTPUTS,
    *MEDIA,
    *ADDRESSES,
    *FETCH,
    *WORDS,
    *KEYS,
    *SOURCE,
    *SERVICE,
    *START,
    *TYPING,
    *BOUNDS,
    *AWAY,
    *TRAY,
]
