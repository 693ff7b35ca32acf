"""All URLs of the project, and an empty view in the same server, behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from omnistudio import urls


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [path("empty/", empty), *urls.urlpatterns]
