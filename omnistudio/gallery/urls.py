from django.urls import path, re_path

from omnistudio.gallery import views

urlpatterns = [
    re_path(r"^media/(?P<task_id>\d+)/(?P<which>file|poster|thumbnail)/$", views.media, name="media"),
    re_path(
        r"^references/(?P<reference_id>\d+)/(?P<which>file|thumbnail)/$",
        views.reference_file,
        name="reference_file",
    ),
    path("references/link/<str:token>/<str:name>", views.linked_reference, name="linked_reference"),
]
