"""The addresses of public links, and what they show."""

from django.urls import path, re_path

from omnistudio.gallery.share_links import public_views, views

urlpatterns = [
    path("collections/<id:collection_id>/links/", views.collection_links, name="collection_links"),
    path("t/<id:task_id>/links/", views.task_links, name="task_links"),
    path("team/<id:team_id>/links/", views.team_links, name="team_links"),
    path("links/stopped/dismiss/", views.dismiss_stopped_links, name="dismiss_stopped_links"),
    path("links/<id:link_id>/revoke/", views.revoke_link, name="revoke_link"),
    path("s/<slug:token>/", public_views.shared, name="shared"),
    path("s/<slug:token>/seen/", public_views.shared_seen, name="shared_seen"),
    path("s/<slug:token>/unlock/", public_views.unlock_shared, name="unlock_shared"),
    path("s/<slug:token>/download/", public_views.download_shared, name="download_shared"),
    path("s/<slug:token>/<id:task_id>/", public_views.shared_work, name="shared_work"),
    re_path(
        r"^s/(?P<token>[-\w]+)/media/(?P<task_id>\d{1,18})/(?P<which>file|poster|thumbnail|preview)/$",
        public_views.shared_media,
        name="shared_media",
    ),
    re_path(
        r"^s/(?P<token>[-\w]+)/media/(?P<task_id>\d{1,18})/outputs/(?P<position>\d{1,4})/"
        r"(?P<which>file|poster|thumbnail|preview)/$",
        public_views.shared_output,
        name="shared_output",
    ),
]
