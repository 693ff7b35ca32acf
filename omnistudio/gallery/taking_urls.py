from django.urls import path, re_path

from omnistudio.gallery import (
    collection_views,
    collection_views_works,
    downloads,
    share_views,
    share_views_public,
    trash_views,
)

urlpatterns = [
    path("download/", downloads.download, name="download"),
    path("collections/", collection_views.collections_page, name="collections"),
    path("collections/new/", collection_views.create_collection, name="create_collection"),
    path("collections/choices/", collection_views.collection_choices, name="collection_choices"),
    path("collections/add/", collection_views_works.add_to_collection, name="add_to_collection"),
    path("collections/<id:collection_id>/", collection_views.collection, name="collection"),
    path("collections/<id:collection_id>/rename/", collection_views.rename_collection, name="rename_collection"),
    path("collections/<id:collection_id>/order/", collection_views.order_collection, name="order_collection"),
    path("collections/<id:collection_id>/delete/", collection_views.delete_collection, name="delete_collection"),
    path("collections/<id:collection_id>/cover/", collection_views_works.set_cover, name="set_cover"),
    path(
        "collections/<id:collection_id>/remove/",
        collection_views_works.remove_from_collection,
        name="remove_from_collection",
    ),
    path(
        "collections/<id:collection_id>/put-back/",
        collection_views_works.put_back_into_collection,
        name="put_back_into_collection",
    ),
    path("collections/<id:collection_id>/earlier/", collection_views_works.move_earlier, name="move_earlier"),
    path("collections/<id:collection_id>/later/", collection_views_works.move_later, name="move_later"),
    path(
        "collections/<id:collection_id>/arrange/",
        collection_views_works.arrange_collection,
        name="arrange_collection",
    ),
    path("collections/<id:collection_id>/download/", downloads.download_collection, name="download_collection"),
    path("collections/<id:collection_id>/links/", share_views.collection_links, name="collection_links"),
    path("t/<id:task_id>/links/", share_views.task_links, name="task_links"),
    path("team/<id:team_id>/links/", share_views.team_links, name="team_links"),
    path("links/stopped/dismiss/", share_views.dismiss_stopped_links, name="dismiss_stopped_links"),
    path("links/<id:link_id>/revoke/", share_views.revoke_link, name="revoke_link"),
    path("s/<slug:token>/", share_views_public.shared, name="shared"),
    path("s/<slug:token>/seen/", share_views_public.shared_seen, name="shared_seen"),
    path("s/<slug:token>/unlock/", share_views_public.unlock_shared, name="unlock_shared"),
    path("s/<slug:token>/download/", share_views_public.download_shared, name="download_shared"),
    path("s/<slug:token>/<id:task_id>/", share_views_public.shared_work, name="shared_work"),
    re_path(
        r"^s/(?P<token>[-\w]+)/media/(?P<task_id>\d{1,18})/(?P<which>file|poster|thumbnail|preview)/$",
        share_views_public.shared_media,
        name="shared_media",
    ),
    re_path(
        r"^s/(?P<token>[-\w]+)/media/(?P<task_id>\d{1,18})/outputs/(?P<position>\d{1,4})/"
        r"(?P<which>file|poster|thumbnail|preview)/$",
        share_views_public.shared_output,
        name="shared_output",
    ),
    path("trash/restore/", trash_views.restore_from_trash, name="restore_from_trash"),
    path("trash/purge/", trash_views.purge_from_trash, name="purge_from_trash"),
]
