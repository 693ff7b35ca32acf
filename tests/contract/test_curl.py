"""The commands of the page, as they stand there, by the program that they are written for."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest

PLACEHOLDER = "sk-" + "x" * 32

CREATE = """curl -X POST {host}/api/v1/tasks/create \\
  -H "Authorization: Bearer {key}" \\
  -H "Content-Type: application/json" \\
  -d '{{
    "model_id": "gpt-image-2",
    "prompt": "a serene zen garden at sunrise",
    "aspect_ratio": "16:9"
  }}'"""
QUERY = """curl {host}/api/v1/tasks/{task_id} \\
  -H "Authorization: Bearer {key}\""""


@pytest.fixture
def run(secret: str) -> Callable[[str], Any]:
    """Run a command of the page with a real key; returns the JSON that it prints."""

    def with_curl(command: str) -> Any:
        command = command.replace(PLACEHOLDER, secret)
        done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=30, check=True)
        return json.loads(done.stdout)

    return with_curl if shutil.which("curl") else lambda command: by_hand(command.replace(PLACEHOLDER, secret))


def by_hand(command: str) -> Any:
    """What curl would do, where there is none."""
    url = re.search(r"https?://\S+", command)
    assert url
    headers = dict(header.split(": ", 1) for header in re.findall(r'-H "([^"]+)"', command))
    data = re.search(r"-d '(.*)'", command, re.DOTALL)
    method = "POST" if "-X POST" in command else "GET"
    return httpx.request(method, url[0], headers=headers, content=data[1] if data else None, trust_env=False).json()


def commands(server: str) -> dict[str, str]:
    """The code blocks of the page, as the copy buttons copy them."""
    text = httpx.get(f"{server}/open-api/", trust_env=False).text
    blocks = re.findall(r'<pre id="([^"]+)"[^>]*>(.*?)</pre>', text, re.DOTALL)
    return {id_: html.unescape(re.sub(r"<[^>]+>", "", block)).strip() for id_, block in blocks}


def test_the_page_has_the_commands_of_the_contract(server: str, transactional_db: None) -> None:
    found = commands(server)
    assert found["code-create"] == CREATE.format(host=server, key=PLACEHOLDER)
    assert found["code-query"] == QUERY.format(host=server, key=PLACEHOLDER, task_id="abcdef123456")


def test_they_create_and_query_a_task(
    server: str, run: Callable[[str], Any], renderer: Popen[bytes], ended: Callable[[str], Any]
) -> None:
    found = commands(server)
    created = run(found["code-create"])
    assert (created["code"], created["msg"]) == (200, "提交成功,等待生成")
    assert set(created["data"]) == {"task_id", "request_id", "credits"}
    assert created["data"]["credits"] == 15
    task_id = created["data"]["task_id"]
    ended(task_id)
    answer = run(found["code-query"].replace("abcdef123456", task_id))
    assert (answer["code"], answer["msg"]) == (200, "ok")
    url = answer["data"].pop("image_url")
    created_at = answer["data"].pop("created_at")
    assert answer["data"] == {
        "task_id": task_id,
        "task_status": 3,
        "task_type": "image",
        "model_id": "gpt-image-2",
        "video_url": None,
        "audio_url": None,
        "credits": 15,
    }
    assert isinstance(created_at, int)
    assert url.startswith(f"{server}/api/v1/results/")
    assert httpx.get(url, trust_env=False).content.startswith(b"\x89PNG")


def test_without_a_key_they_get_401(server: str, transactional_db: None, tmp_path: Path) -> None:
    response = httpx.get(f"{server}/api/v1/tasks/abcdef123456", trust_env=False)
    assert response.status_code == 401
    assert response.json() == {"code": 401, "msg": response.json()["msg"], "data": None}
