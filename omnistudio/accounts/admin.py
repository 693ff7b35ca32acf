from django.contrib import admin

from omnistudio.accounts.models import ApiKey, Membership, Team, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    search_fields = ["email", "name"]
    exclude = ["password"]
    readonly_fields = ["last_login", "date_joined"]


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
