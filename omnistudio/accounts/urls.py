from django.urls import path

from omnistudio.accounts import invitation_views, team_views, views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/key/", views.save_key, name="save_key"),
    path("account/key/check/", views.check_key, name="check_key"),
    path("account/key/remove/", views.remove_key, name="remove_key"),
    path("account/language/", views.set_language, name="set_language"),
    path("account/theme/", views.set_theme, name="set_theme"),
    path("account/name/", views.set_name, name="set_name"),
    path("team/", team_views.teams, name="teams"),
    path("team/create/", team_views.create_team, name="create_team"),
    path("team/<id:team_id>/", team_views.team, name="team"),
    path("team/<id:team_id>/rename/", team_views.rename_team, name="rename_team"),
    path("team/<id:team_id>/leave/", team_views.leave_team, name="leave_team"),
    path("team/<id:team_id>/members/<id:seat_id>/role/", team_views.change_role, name="change_role"),
    path("team/<id:team_id>/members/<id:seat_id>/remove/", team_views.remove_member, name="remove_member"),
    path("team/<id:team_id>/members/<id:seat_id>/hand-over/", team_views.hand_over, name="hand_over"),
    path("team/<id:team_id>/invite/", invitation_views.invite, name="invite"),
    path(
        "team/<id:team_id>/invitations/<id:invitation_id>/revoke/",
        invitation_views.revoke_invitation,
        name="revoke_invitation",
    ),
    path(
        "team/<id:team_id>/invitations/<id:invitation_id>/send-again/",
        invitation_views.send_invitation_again,
        name="send_invitation_again",
    ),
    path("join/<str:token>/", invitation_views.join, name="join"),
]
