from django.urls import include, path, re_path

from omnistudio.gallery import bulk_views, views, wall_views

urlpatterns = [
    path("", include("omnistudio.gallery.taking_urls")),
    path("", include("omnistudio.gallery.item_urls")),
    path("", include("omnistudio.gallery.history.urls")),
    path("gallery/", wall_views.gallery, name="gallery"),
    path("gallery/<id:team_id>/", wall_views.team_gallery, name="team_gallery"),
    path("gallery/favourites/", wall_views.favourites, name="favourites"),
    path("gallery/trash/", wall_views.trash, name="trash"),
    path("gallery/page/", wall_views.wall_page, name="wall_page"),
    path("gallery/count/", wall_views.wall_count, name="wall_count"),
    path("gallery/compare/", bulk_views.compare_works, name="compare_works"),
    path("gallery/share/", bulk_views.share_works, name="share_works"),
    path("gallery/take-back/", bulk_views.take_works_back, name="take_works_back"),
    path("gallery/restore-sharing/", bulk_views.restore_sharing, name="restore_sharing"),
    path("gallery/as-before/", bulk_views.hang_as_before, name="hang_as_before"),
    path("gallery/like/", bulk_views.like_works, name="like_works"),
    path("gallery/unlike/", bulk_views.unlike_works, name="unlike_works"),
    path("gallery/delete/", bulk_views.delete_works, name="delete_works"),
    path("gallery/restore/", bulk_views.restore_works, name="restore_works"),
    re_path(r"^media/(?P<task_id>[0-9]{1,18})/(?P<which>file|poster|thumbnail|preview)/$", views.media, name="media"),
    re_path(
        r"^media/(?P<task_id>[0-9]{1,18})/outputs/(?P<position>[0-9]{1,4})/(?P<which>file|poster|thumbnail|preview)/$",
        views.output,
        name="output",
    ),
    re_path(
        r"^references/(?P<reference_id>[0-9]{1,18})/(?P<which>file|thumbnail)/$",
        views.reference_file,
        name="reference_file",
    ),
    path("references/link/<str:token>/<str:name>", views.linked_reference, name="linked_reference"),
]
