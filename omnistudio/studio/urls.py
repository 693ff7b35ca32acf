from django.urls import include, path

from omnistudio.studio import reuse_views, task_views
from omnistudio.studio.composer import references, views
from omnistudio.studio.feed import polling
from omnistudio.studio.tray import views as tray_views

urlpatterns = [
    path("presets/", include("omnistudio.studio.presets.urls")),
    path("", views.studio, name="studio"),
    path("earlier/", views.earlier, name="earlier"),
    path("runs/", views.submit, name="submit"),
    path("summary/", views.summary, name="summary"),
    path("poll/", polling.poll, name="poll"),
    path("tray/", tray_views.tray, name="tray"),
    path("tray/poll/", tray_views.tray_poll, name="tray_poll"),
    path("references/", references.add_reference, name="add_reference"),
    path("references/recent/", reuse_views.recent_references, name="recent_references"),
    path("references/<id:reference_id>/", references.reference, name="reference"),
    path("t/<id:task_id>/use/", reuse_views.use_work, name="use_work"),
    path("t/<id:task_id>/again/", reuse_views.run_again, name="run_again"),
    path("feed/<id:task_id>/share/", task_views.share_task, name="share_task"),
    path("feed/<id:task_id>/take-back/", task_views.take_task_back, name="take_task_back"),
    path("t/<id:task_id>/cancel/", task_views.cancel_task, name="cancel_task"),
    path("t/<id:task_id>/retry/", task_views.retry_task, name="retry_task"),
    path("t/<id:task_id>/send-again/", task_views.send_task_again, name="send_task_again"),
    path("t/<id:task_id>/adopt/", task_views.adopt_task, name="adopt_task"),
    path("t/<id:task_id>/dismiss/", task_views.dismiss_task, name="dismiss_task"),
    path("t/<id:task_id>/fetch-again/", task_views.fetch_task_again, name="fetch_task_again"),
]
