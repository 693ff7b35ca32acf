"""The SDK that the service publishes, against the built-in API."""

from __future__ import annotations

from collections.abc import Iterator
from subprocess import Popen
from typing import Any

import pytest
import requests
from omnivideo_sdk import OmniVideo, OmniVideoError, TaskStatus

from omnistudio.accounts.models import User
from omnistudio.openapi_server.queries import balance


@pytest.fixture
def sdk(server: str, secret: str) -> Iterator[OmniVideo]:
    with requests.Session() as session:
        session.trust_env = False
        yield OmniVideo(secret, base_url=f"{server}/api/v1", session=session)


def run(sdk: OmniVideo, model_id: str, prompt: str, **options: Any) -> Any:
    return sdk.run(model_id, prompt, poll_interval=0.2, max_wait=30, **options)


def test_it_makes_an_image(sdk: OmniVideo, renderer: Popen[bytes]) -> None:
    task = run(sdk, "nano-banana-2", "a celadon vase", aspect_ratio="3:4")
    assert (task.task_status, task.credits) == (TaskStatus.SUCCESS, 15)
    assert requests.get(task.output_url, timeout=10).content.startswith(b"\x89PNG")


def test_it_makes_a_video_from_an_image_that_it_made(sdk: OmniVideo, renderer: Popen[bytes]) -> None:
    image = run(sdk, "gpt-image-2", "a celadon vase")
    task = run(sdk, "seedance-2", "turn it slowly", image_urls=[image.output_url])
    assert (task.task_status, task.credits, task.image_url) == (TaskStatus.SUCCESS, 60, None)
    assert requests.get(task.video_url, timeout=10).content[4:8] == b"ftyp"


def test_it_sees_a_failure_and_the_credits_come_back(sdk: OmniVideo, renderer: Popen[bytes], payer: User) -> None:
    with pytest.raises(OmniVideoError, match="failed") as failure:
        run(sdk, "gpt-image-2", "a garden [[fail]]")
    assert failure.value.code == TaskStatus.FAILED
    assert balance(payer.pk) == 1000


def test_it_reports_impossible_requests(sdk: OmniVideo) -> None:
    with pytest.raises(OmniVideoError, match="There is no model") as refusal:
        sdk.create_task("dall-e", "a garden")
    assert (refusal.value.code, refusal.value.status) == (0, None)


def test_it_sees_a_wrong_key(sdk: OmniVideo) -> None:
    sdk.api_key = "sk-" + "x" * 32
    with pytest.raises(OmniVideoError, match="Unauthorized") as refusal:
        sdk.create_task("gpt-image-2", "a garden")
    assert refusal.value.status == 401
