"""The Open API as a Python client: async, typed, on httpx and the standard library alone.

    async with OpenAPIClient("https://your-site.com", key) as client:
        created = await client.create_task(model_id="gpt-image-2", prompt="a serene zen garden at sunrise")
        task = await client.get_task(created.task_id)

The module ``errors`` lists the errors and what may be done after each.
"""

from .catalogue import (
    ASPECT_RATIOS,
    DEFAULT_ASPECT_RATIO,
    MAX_PROMPT,
    MAX_REFERENCES,
    WARN_PROMPT,
    Catalogue,
    Kind,
    Model,
)
from .client import OpenAPIClient
from .connections import api_root
from .errors import (
    AnswerLost,
    NotSent,
    OpenAPIError,
    ProtocolError,
    Redirected,
    Refused,
    ServerTrouble,
    TurnedAway,
    Unauthorized,
)
from .models import CreatedTask, KeyState, OutputKind, RemoteOutput, RemoteTask, TaskStatus, Timeouts
from .redaction import is_key_form, mask, redact

__all__ = [
    "ASPECT_RATIOS",
    "DEFAULT_ASPECT_RATIO",
    "MAX_PROMPT",
    "MAX_REFERENCES",
    "WARN_PROMPT",
    "AnswerLost",
    "Catalogue",
    "CreatedTask",
    "KeyState",
    "Kind",
    "Model",
    "NotSent",
    "OpenAPIClient",
    "OpenAPIError",
    "OutputKind",
    "ProtocolError",
    "Redirected",
    "Refused",
    "RemoteOutput",
    "RemoteTask",
    "ServerTrouble",
    "TaskStatus",
    "Timeouts",
    "TurnedAway",
    "Unauthorized",
    "api_root",
    "is_key_form",
    "mask",
    "redact",
]
