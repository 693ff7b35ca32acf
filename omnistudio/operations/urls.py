from django.urls import path

from omnistudio.operations import views

urlpatterns = [
    path("metrics", views.metrics, name="metrics"),
    path("ops/", views.ops, name="ops"),
    path("ops/credits/", views.ops_credits, name="ops_credits"),
    path("ops/credits/at-risk.csv", views.credits_at_risk_csv, name="credits_at_risk_csv"),
]
