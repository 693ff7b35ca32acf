from django.urls import include, path

from omnistudio.studio import actions, polling, references, using, views

urlpatterns = [
    path("presets/", include("omnistudio.studio.preset_urls")),
    path("", views.studio, name="studio"),
    path("earlier/", views.earlier, name="earlier"),
    path("runs/", views.submit, name="submit"),
    path("summary/", views.summary, name="summary"),
    path("poll/", polling.poll, name="poll"),
    path("references/", references.add_reference, name="add_reference"),
    path("references/recent/", using.recent_references, name="recent_references"),
    path("references/<id:reference_id>/", references.reference, name="reference"),
    path("t/<id:task_id>/use/", using.use_work, name="use_work"),
    path("t/<id:task_id>/again/", using.run_again, name="run_again"),
    path("feed/<id:task_id>/share/", actions.share_task, name="share_task"),
    path("feed/<id:task_id>/take-back/", actions.take_task_back, name="take_task_back"),
    path("t/<id:task_id>/cancel/", actions.cancel_task, name="cancel_task"),
    path("t/<id:task_id>/retry/", actions.retry_task, name="retry_task"),
    path("t/<id:task_id>/send-again/", actions.send_task_again, name="send_task_again"),
    path("t/<id:task_id>/adopt/", actions.adopt_task, name="adopt_task"),
    path("t/<id:task_id>/dismiss/", actions.dismiss_task, name="dismiss_task"),
    path("t/<id:task_id>/fetch-again/", actions.fetch_task_again, name="fetch_task_again"),
]
