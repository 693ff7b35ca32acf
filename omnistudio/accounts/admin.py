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
    # What goes beyond being staff or an administrator is given to nobody here: who may give permissions, or change
    # a group, has them all.
    exclude = ["password", "groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    _rights = ["is_staff", "is_superuser"]

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        """Rights are given by those who have them all: who may change people must not make themselves more."""
        return [*self.readonly_fields, *([] if request.user.is_superuser else self._rights)]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody is deleted: what a team has of a person would go with them. Without `is_active` they are out."""
        return False


def _may_touch(request: HttpRequest, person: object) -> bool:
    """Whoever has rights is changed by administrators alone, and by themselves.

    Who changes an address has a new password sent there, and with it the rights of the other.
    """
    has_rights = getattr(person, "is_superuser", False) or getattr(person, "is_staff", False)
    return bool(request.user.is_superuser or person == request.user or not has_rights)


# It lists what a browser proves itself by; people see and end their own sessions on a page of theirs.
admin.site.unregister(UserSession)
# Who may change a group, or the addresses at which somebody's new password arrives, could be anybody.
admin.site.unregister([Group, EmailAddress])
# One by one, with the question that comes before it; many at once are named by a form that takes any number.
admin.site.disable_action("delete_selected")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Shows the state of keys, never what they are."""

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
    """The way out for a team whose only owner has lost their account."""

    list_display = ["name", "created_at"]
    search_fields = ["name"]
    inlines = [MembershipInline]
