from django.urls import include, path

from omnistudio.accounts import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/key/", views.save_key, name="save_key"),
    path("account/key/check/", views.check_key, name="check_key"),
    path("account/key/remove/", views.remove_key, name="remove_key"),
    path("account/language/", views.set_language, name="set_language"),
    path("account/theme/", views.set_theme, name="set_theme"),
    path("account/name/", views.set_name, name="set_name"),
    path("", include("omnistudio.accounts.teams.urls")),
]
