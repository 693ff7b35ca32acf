"""The API as an OpenAPI 3.1 document. The tests validate real answers against it."""

from __future__ import annotations

from typing import Any

from omnistudio.openapi_server import catalogue

_NULL_OR_URL = {"type": ["string", "null"], "format": "uri"}
_TASK_ID = {"type": "string", "pattern": "^[a-z0-9]{12,32}$", "examples": ["abcdef123456abcdef123456"]}
_STATUS = {"type": "integer", "enum": [1, 2, 3, 4], "description": "1 queued, 2 running, 3 succeeded, 4 failed."}
_CREDITS = {"type": "integer", "minimum": 0, "description": "What the task costs; given back where it fails."}

_CREATED = {
    "task_id": _TASK_ID,
    "request_id": {"type": "string", "pattern": "^omni_[a-z0-9]{12}$"},
    "credits": _CREDITS,
}
_TASK = {
    "task_id": _TASK_ID,
    "task_status": _STATUS,
    "task_type": {"type": "string", "enum": ["image", "video"]},
    "model_id": {"type": "string"},
    "image_url": _NULL_OR_URL,
    "video_url": _NULL_OR_URL,
    "audio_url": {"type": "null"},
    "credits": _CREDITS,
    "created_at": {"type": "integer", "description": "Seconds since 1970-01-01 UTC."},
}


def openapi(server: str) -> dict[str, Any]:
    """Return the document of the API at `server` (such as `https://studio.example.com`)."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Omni Video Open API",
            "version": "1",
            "description": "Creates image and video generation tasks.",
        },
        "servers": [{"url": f"{server}/api/v1"}],
        "security": [{"key": []}],
        "paths": {
            "/tasks/create": {"post": _create()},
            "/tasks/{task_id}": {"get": _query()},
        },
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key: sk- and 32 letters and digits."}
            },
            "schemas": {
                "TaskRequest": _task_request(),
                "Created": _answer(_CREATED, beside={"task_status": {"const": 1}}),
                "Task": _answer(_TASK),
                "Refused": _no_data({"const": 0}, "Why the request was not carried out."),
                "Unauthorised": _no_data({"const": 401}, "The key is missing or not valid."),
            },
            "responses": {
                "Unauthorised": _json("The key is missing, wrong or revoked.", "Unauthorised"),
                "TooManyRequests": {
                    **_json("The key asks too often.", "Refused"),
                    "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
                },
            },
        },
    }


def _create() -> dict[str, Any]:
    return {
        "operationId": "createTask",
        "summary": "Create a task and pay for it",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "maxLength": catalogue.MAX_IDEMPOTENCY_KEY},
                "description": "The same key with the same body gives the first answer again, and costs nothing.",
            }
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("TaskRequest")}}},
        "responses": _responses("Created"),
    }


def _query() -> dict[str, Any]:
    return {
        "operationId": "getTask",
        "summary": "Ask how a task stands",
        "parameters": [{"name": "task_id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": _responses("Task"),
    }


def _task_request() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["model_id", "prompt"],
        "properties": {
            "model_id": {"type": "string", "enum": list(catalogue.models())},
            "prompt": {"type": "string", "minLength": 1, "maxLength": catalogue.MAX_PROMPT},
            "image_urls": {
                "type": ["array", "null"],
                "maxItems": catalogue.MAX_IMAGE_URLS,
                "items": {"type": "string", "format": "uri", "maxLength": catalogue.MAX_URL},
            },
            "aspect_ratio": {
                "type": ["string", "null"],
                "enum": [*catalogue.RATIOS, catalogue.AUTO, "", None],
                "description": "Absent, empty or auto: the engine chooses.",
            },
        },
    }


def _answer(data: dict[str, Any], beside: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of an answer whose fields are in `data` and again at the top level."""
    top = {**data, **(beside or {})}
    return {
        "type": "object",
        "required": ["code", "msg", "data", *top],
        "properties": {
            "code": {"const": 200},
            "msg": {"type": "string"},
            "data": {"type": "object", "required": list(data), "properties": data},
            **top,
        },
    }


def _no_data(code: dict[str, Any], msg: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["code", "msg", "data"],
        "properties": {"code": code, "msg": {"type": "string", "description": msg}, "data": {"type": "null"}},
    }


def _responses(schema: str) -> dict[str, Any]:
    return {
        "200": {
            "description": "Carried out (code 200), or refused (code 0, msg says why).",
            "content": {"application/json": {"schema": {"oneOf": [_ref(schema), _ref("Refused")]}}},
        },
        "401": {"$ref": "#/components/responses/Unauthorised"},
        "429": {"$ref": "#/components/responses/TooManyRequests"},
    }


def _json(description: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}


def _ref(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}
