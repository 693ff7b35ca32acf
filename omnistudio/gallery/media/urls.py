"""The addresses of files."""

from django.urls import path, re_path

from omnistudio.gallery.media import views

urlpatterns = [
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
