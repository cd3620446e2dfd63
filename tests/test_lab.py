"""Each notebook is run in the real JupyterLab through its own menus, as a reader does it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.browser


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _ask(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def _wait(what, seconds, ready):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := ready():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {seconds} s")


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    """Start JupyterLab on a copy of the notebooks, with its settings in an empty home."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        str(folder),
        "--no-browser",
        f"--port={port}",
        "--ip=127.0.0.1",
    ]
    command += ["--IdentityProvider.token=", "--LabApp.news_url=None", "--LabApp.extension_manager=readonly"]
    if os.name == "posix" and os.getuid() == 0:
        command.append("--allow-root")
    env = {**os.environ, "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config")}
    env |= {"JUPYTER_CONFIG_PATH": str(ROOT / "src" / "mineralmap" / "jupyter")}  # as `make lab` has it
    env |= {"JUPYTER_DATA_DIR": str(home / "data"), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    log = (home / "log.txt").open("w")
    server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait("JupyterLab", 60, lambda: _ask(f"{url}/api/status"))
        yield url
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _menu(page, bar, item):
    page.locator(".lm-MenuBar-itemLabel", has_text=bar).first.click()
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_from_the_menus_until_its_map_is_drawn(lab, watched, name):
    watch = watched(1500, 1000)
    page = watch.page
    page.goto(f"{lab}/lab/tree/{name}?reset")
    page.locator(".jp-NotebookPanel").wait_for(timeout=60_000)

    def idle():
        sessions = [one for one in _ask(f"{lab}/api/sessions") if one["path"] == name]
        return sessions and sessions[0]["kernel"]["execution_state"] == "idle" and sessions[0]

    _wait("an idle kernel", 60, idle)
    _menu(page, "Edit", "Clear Outputs of All Cells")
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output').length === 0", timeout=20_000)
    _menu(page, "Run", "Run All Cells")
    notebook = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
    maps = [
        cell
        for cell in notebook["cells"]
        if any(
            "<iframe" in "".join(out.get("data", {}).get("text/html", "")) for out in cell.get("outputs", [])
        )
    ]
    if maps:
        frame = page.frame_locator(".jp-OutputArea-output iframe").first
        frame.locator("path.mm-state").first.wait_for(state="attached", timeout=60_000)
        assert frame.locator("path.mm-state").count() == 36
    _wait(
        "the last cell", 120, lambda: idle() and not page.locator(".jp-InputPrompt", has_text="[*]").count()
    )
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert watch.left_the_machine() == []
    assert page.locator(".Toastify__toast").count() == 0, "no question stands over the notebook"
    if folder := os.environ.get("MINERALMAP_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"lab-{Path(name).stem}.png"))
    _menu(page, "Kernel", "Shut Down Kernel")
    _wait(
        "the end of the kernel", 20, lambda: not [s for s in _ask(f"{lab}/api/sessions") if s["path"] == name]
    )
