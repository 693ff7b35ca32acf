from django.urls import path, re_path

from omnistudio.openapi_server import api_views, page_views

urlpatterns = [
    path("open-api/", page_views.openapi, name="openapi"),
    path("open-api/keys/", page_views.make_key, name="make_key"),
    path("open-api/keys/<id:key_id>/rename/", page_views.rename_key, name="rename_key"),
    path("open-api/keys/<id:key_id>/revoke/", page_views.revoke_key, name="revoke_key"),
    path("open-api/credits/", page_views.add_credits, name="add_credits"),
    path("open-api/ledger.csv", page_views.ledger_csv, name="ledger_csv"),
    path("api/v1/tasks/create", api_views.api_create_task, name="api_create_task"),
    path("api/v1/tasks/", api_views.api_task, name="api_check_key"),
    path("api/v1/tasks/<str:task_id>", api_views.api_task, name="api_task"),
    path("api/v1/results/<str:token>/<str:name>", api_views.api_result, name="api_result"),
    path("api/v1/openapi.json", api_views.api_document, name="api_document"),
    re_path(r"^api/v1(?:/.*)?$", api_views.api_unknown, name="api_unknown"),
]
