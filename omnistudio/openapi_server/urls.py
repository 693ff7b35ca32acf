from django.urls import path, re_path

from omnistudio.openapi_server import views_api, views_pages

urlpatterns = [
    path("open-api/", views_pages.openapi, name="openapi"),
    path("open-api/keys/", views_pages.make_key, name="make_key"),
    path("open-api/keys/<id:key_id>/rename/", views_pages.rename_key, name="rename_key"),
    path("open-api/keys/<id:key_id>/revoke/", views_pages.revoke_key, name="revoke_key"),
    path("open-api/credits/", views_pages.add_credits, name="add_credits"),
    path("open-api/ledger.csv", views_pages.ledger_csv, name="ledger_csv"),
    path("api/v1/tasks/create", views_api.api_create_task, name="api_create_task"),
    path("api/v1/tasks/", views_api.api_task, name="api_check_key"),
    path("api/v1/tasks/<str:task_id>", views_api.api_task, name="api_task"),
    path("api/v1/results/<str:token>/<str:name>", views_api.api_result, name="api_result"),
    path("api/v1/openapi.json", views_api.api_document, name="api_document"),
    re_path(r"^api/v1(?:/.*)?$", views_api.api_unknown, name="api_unknown"),
]
