"""The addresses of one item, and of items side by side."""

from django.urls import path

from omnistudio.gallery.items import actions as item_actions
from omnistudio.gallery.items import bulk, comment_views
from omnistudio.gallery.items import views as item_views

urlpatterns = [
    path("t/<id:task_id>/", item_views.item, name="item"),
    path("t/<id:task_id>/panel/", item_views.item_panel, name="item_panel"),
    path("t/<id:task_id>/references/<id:position>/", item_views.item_reference, name="item_reference"),
    path(
        "t/<id:task_id>/references/<id:position>/thumbnail/",
        item_views.item_reference,
        {"which": "thumbnail"},
        name="item_reference_thumbnail",
    ),
    path("t/<id:task_id>/favourite/", item_actions.favourite_item, name="favourite_item"),
    path("t/<id:task_id>/share/", item_actions.share_item, name="share_item"),
    path("t/<id:task_id>/take-back/", item_actions.take_item_back, name="take_item_back"),
    path("t/<id:task_id>/delete/", item_actions.delete_item, name="delete_item"),
    path("t/<id:task_id>/restore/", item_actions.restore_item, name="restore_item"),
    path("t/<id:task_id>/comments/", comment_views.add_comment, name="add_comment"),
    path("t/<id:task_id>/comments/<id:comment_id>/delete/", comment_views.delete_comment, name="delete_comment"),
    path("compare/", item_views.compare, name="compare"),
    path("gallery/compare/", bulk.compare_works, name="compare_works"),
    path("gallery/share/", bulk.share_works, name="share_works"),
    path("gallery/take-back/", bulk.take_works_back, name="take_works_back"),
    path("gallery/restore-sharing/", bulk.restore_sharing, name="restore_sharing"),
    path("gallery/as-before/", bulk.hang_as_before, name="hang_as_before"),
    path("gallery/like/", bulk.like_works, name="like_works"),
    path("gallery/unlike/", bulk.unlike_works, name="unlike_works"),
    path("gallery/delete/", bulk.delete_works, name="delete_works"),
    path("gallery/restore/", bulk.restore_works, name="restore_works"),
]
