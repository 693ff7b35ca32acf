"""The addresses of one work, and of works side by side."""

from django.urls import path

from omnistudio.gallery import item_actions, item_comments, item_views

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
    path("t/<id:task_id>/comments/", item_comments.add_comment, name="add_comment"),
    path("t/<id:task_id>/comments/<id:comment_id>/delete/", item_comments.delete_comment, name="delete_comment"),
    path("compare/", item_views.compare, name="compare"),
]
