"""The addresses of collections."""

from django.urls import path

from omnistudio.gallery.collections import item_views, views

urlpatterns = [
    path("collections/", views.collections_page, name="collections"),
    path("collections/new/", views.create_collection, name="create_collection"),
    path("collections/choices/", views.collection_choices, name="collection_choices"),
    path("collections/add/", item_views.add_to_collection, name="add_to_collection"),
    path("collections/<id:collection_id>/", views.collection, name="collection"),
    path("collections/<id:collection_id>/rename/", views.rename_collection, name="rename_collection"),
    path("collections/<id:collection_id>/order/", views.order_collection, name="order_collection"),
    path("collections/<id:collection_id>/delete/", views.delete_collection, name="delete_collection"),
    path("collections/<id:collection_id>/cover/", item_views.set_cover, name="set_cover"),
    path(
        "collections/<id:collection_id>/remove/",
        item_views.remove_from_collection,
        name="remove_from_collection",
    ),
    path(
        "collections/<id:collection_id>/put-back/",
        item_views.put_back_into_collection,
        name="put_back_into_collection",
    ),
    path("collections/<id:collection_id>/undo-adding/", item_views.undo_adding, name="undo_adding"),
    path("collections/<id:collection_id>/earlier/", item_views.move_earlier, name="move_earlier"),
    path("collections/<id:collection_id>/later/", item_views.move_later, name="move_later"),
    path(
        "collections/<id:collection_id>/arrange/",
        item_views.arrange_collection,
        name="arrange_collection",
    ),
]
