from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from omnistudio.accounts.models import ApiKey, Membership, Team, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    search_fields = ["email", "name"]
    # Permissions and groups can't be edited here: anybody who may edit them could give themselves every right.
    exclude = ["password", "groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    _rights = ["is_staff", "is_superuser"]

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        """Let only superusers change rights, so that staff can't give rights to themselves."""
        return [*self.readonly_fields, *([] if request.user.is_superuser else self._rights)]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Forbid deletion: what the person shared with teams would be deleted too. Clear `is_active` instead."""
        return False


def _may_touch(request: HttpRequest, person: object) -> bool:
    """Whether the user of the request may edit `person`: superusers and staff only if a superuser or themselves.

    Otherwise somebody could change their email address, have a new password sent there, and take over their rights.
    """
    has_rights = getattr(person, "is_superuser", False) or getattr(person, "is_staff", False)
    return bool(request.user.is_superuser or person == request.user or not has_rights)


# allauth's list would show session keys. People see and end their own sessions on a page of the studio.
admin.site.unregister(UserSession)
# Changing a group, or the address that receives a new password, would allow taking over other accounts.
admin.site.unregister([Group, EmailAddress])
# Rows are deleted one by one, each with a confirmation. The action for many takes a form of unlimited size.
admin.site.disable_action("delete_selected")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Shows the state of keys, never the keys themselves."""

    list_display = ["owner", "masked", "state", "checked_at"]
    fields = ["owner", "last_four", "state", "checked_at"]
    readonly_fields = ["owner", "last_four", "state", "checked_at"]

    def has_add_permission(self, request: object) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    """Edits teams and memberships, for example when a team's only owner has lost their account."""

    list_display = ["name", "created_at"]
    search_fields = ["name"]
    inlines = [MembershipInline]
