"""The only file that knows every part."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.defaults import page_not_found

from omnistudio import health
from omnistudio.accounts import views as accounts_views

# The administration has no sign-in of its own: the studio's counts the tries.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    # The same address as allauth's own, so that every way to it comes by here first.
    path("auth/login/", accounts_views.sign_in),
    # allauth would let a person take any address, without a proof that it is theirs: an invitation for it, too.
    path("auth/email/", page_not_found, {"exception": None}),
    path("auth/", include("allauth.account.urls")),
    path("auth/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("", include("omnistudio.accounts.urls")),
    path("", include("omnistudio.gallery.urls")),
    path("", include("omnistudio.studio.urls")),
    path("", include("omnistudio.openapi_server.urls")),
    path("", include("omnistudio.operations.urls")),
]
