"""Show keys, credits and jobs in the admin, read-only: all writes go through the services."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from omnistudio.openapi_server.models import Job, Key, LedgerEntry


class ReadOnly(admin.ModelAdmin):
    """Shows rows page by page, read-only, without counting the whole table."""

    show_full_result_count = False
    list_select_related = ["owner"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Key)
class KeyAdmin(ReadOnly):
    list_display = ["name", "masked", "owner", "created_at", "last_used_at", "revoked_at"]
    search_fields = ["name", "last_four", "owner__email"]
    fields = ["name", "masked", "owner", "created_at", "last_used_at", "revoked_at"]


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    list_display = ["id", "owner", "kind", "credits", "job", "created_at"]
    list_filter = ["kind"]
    search_fields = ["owner__email"]
    fields = ["owner", "kind", "credits", "job", "key", "note", "created_at"]


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ["task_id", "owner", "model_id", "status", "attempts", "created_at", "finished_at"]
    list_filter = ["status", "kind"]
    search_fields = ["task_id", "owner__email"]
    fields = [
        *("task_id", "request_id", "owner", "key", "model_id", "status", "credits", "reason"),
        *("width", "height", "seconds", "attempts", "holder", "created_at", "started_at", "finished_at"),
    ]
