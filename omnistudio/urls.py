"""The only file that knows every part."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, register_converter, reverse_lazy
from django.views.generic import RedirectView

from omnistudio.accounts import views as accounts_views
from omnistudio.core import health, views
from omnistudio.core.http.converters import Address, Id

register_converter(Id, "id")
register_converter(Address, "address")

# The administration has no sign-in of its own: the studio's counts the tries.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler500 = "omnistudio.core.error_pages.server_error"

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("help/", views.help_page, name="help"),
    path("help/panel/", views.help_panel, name="help_panel"),
    path("language/", views.languages, name="languages"),
    path("language/panel/", views.languages_panel, name="languages_panel"),
    path("offline/", views.offline, name="offline"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    # The same address as allauth's own, so that every way to it comes by here first.
    path("auth/login/", accounts_views.sign_in),
    path("auth/password/reset/", accounts_views.reset_password),
    # An address is part of the account, and is not confirmed by mail: allauth's pages for that are none of ours.
    path("auth/email/", RedirectView.as_view(url=reverse_lazy("account"))),
    path("auth/confirm-email/<path:key>", RedirectView.as_view(url=reverse_lazy("account"))),
    path("auth/", include("allauth.account.urls")),
    path("auth/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("", include("omnistudio.accounts.urls")),
    path("", include("omnistudio.gallery.urls")),
    path("", include("omnistudio.studio.urls")),
    path("", include("omnistudio.openapi_server.urls")),
    path("", include("omnistudio.operations.urls")),
]
