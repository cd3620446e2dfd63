"""`make lab` and `mineralmap lab`: JupyterLab is really started, and used as a reader does it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from mineralmap import cli, lab

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
BIN = Path(sys.executable).parent


def _own_home(place):
    """Return an environment that keeps what Jupyter stores (trust, settings) out of the tester's home."""
    home = place / "home"
    folders = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    return {**os.environ, "HOME": str(home), **folders}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    for name, value in _own_home(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


# ------------------------------------------------------------------------------ a copy of the notebooks


def test_the_copy_is_fresh_writable_and_whole(tmp_path):
    folder = lab.copy_notebooks(tmp_path / "new" / "stories")
    assert sorted(path.name for path in folder.iterdir()) == NOTEBOOKS
    for name in NOTEBOOKS:
        assert (folder / name).read_bytes() == (ROOT / "notebooks" / name).read_bytes()
        assert (folder / name).stat().st_mode & stat.S_IWUSR


def test_without_a_name_each_copy_gets_a_free_one(tmp_path):
    (tmp_path / "mineralmap-notebooks-2").write_text("mine")
    assert lab.copy_notebooks() == tmp_path / "mineralmap-notebooks"
    assert lab.copy_notebooks() == tmp_path / "mineralmap-notebooks-3"
    assert (tmp_path / "mineralmap-notebooks-2").read_text() == "mine"


def test_no_file_is_overwritten(tmp_path, capsys):
    own = tmp_path / "own"
    own.mkdir()
    (own / NOTEBOOKS[0]).write_text("my notes")
    assert cli.main(["lab", "own"]) == 2
    message = capsys.readouterr().err
    assert f"{own} already holds '{NOTEBOOKS[0]}', and no file is overwritten" in message
    assert f"jupyter lab {own}" in message
    assert [path.name for path in own.iterdir()] == [NOTEBOOKS[0]]
    assert (own / NOTEBOOKS[0]).read_text() == "my notes"
    with pytest.raises(FileExistsError, match="is a file"):
        lab.copy_notebooks(own / NOTEBOOKS[0])
    (tmp_path / "empty").mkdir()
    assert lab.copy_notebooks("empty") == tmp_path / "empty"


@pytest.mark.once
def test_without_jupyterlab_the_install_line_is_shown_and_nothing_copied(tmp_path):
    code = (
        "import sys; sys.modules['jupyterlab'] = None\n"
        "from mineralmap.cli import main; sys.exit(main(['lab']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == (
        "mineralmap lab: jupyterlab is not installed. "
        'Install it with: python -m pip install "mineralmap[lab]"\n'
    )
    assert list(tmp_path.iterdir()) == []


# ----------------------------------------------------------------------------------- the real JupyterLab


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


def _is_closed(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def _started(place, *command, arguments):
    """Start a command that runs JupyterLab in a folder; it must end when it is told to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token="]
    url, log = f"http://127.0.0.1:{port}", place / "log.txt"
    with log.open("w") as lines:
        process = subprocess.Popen(
            [*command, *arguments(options)],
            cwd=place,
            env=_own_home(place),
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, which ends as with Ctrl-C: make and what it runs
        )

    def ready():
        assert process.poll() is None, log.read_text()
        return _ask(f"{url}/api/status")

    try:
        _wait("JupyterLab", 120, ready)
        yield url, log
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)
        _wait("the end of JupyterLab", 30, lambda: _is_closed(port))
    finally:
        if not _is_closed(port):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_the_command_opens_jupyterlab_on_a_copy(tmp_path):
    command = [BIN / "mineralmap", "lab", "stories"]
    with _started(tmp_path, *command, arguments=lambda options: ["--", *options]) as (url, log):
        listed = _ask(f"{url}/api/contents")["content"]
        assert sorted(entry["name"] for entry in listed) == NOTEBOOKS
        page = urllib.request.urlopen(f"{url}/lab", timeout=10).read().decode()
        assert '"news": {"disabled": true}' in page
        assert '"name": "read-only"' in page, "no catalogue of extensions is asked for"
    assert f"The notebooks were copied to {tmp_path / 'stories'}" in log.read_text()


@pytest.fixture
def make_lab(tmp_path):
    """Run `make lab` in a copy of what it needs, with the environment of this Python."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    settings = Path("src") / "mineralmap" / "jupyter"
    shutil.copytree(ROOT / settings, tmp_path / settings)
    command = ["make", "-f", str(ROOT / "Makefile"), "lab", "STAMP=", f"BIN={BIN}"]
    with _started(tmp_path, *command, arguments=lambda options: ["ARGS=" + " ".join(options)]) as (url, _):
        yield url


def _menu(page, bar, item):
    page.locator(".lm-MenuBar-itemLabel", has_text=bar).first.click()
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()


@pytest.mark.browser
def test_a_stored_map_is_drawn_and_the_menus_run_the_notebook_again(make_lab, watched):
    name, watch = NOTEBOOKS[0], watched(1500, 1000)
    page = watch.page
    page.goto(f"{make_lab}/lab/tree/{name}?reset")
    state = page.frame_locator(".jp-OutputArea-output iframe").first.locator("path.mm-state")
    state.first.wait_for(state="attached", timeout=60_000)
    assert page.locator(".Toastify__toast").count() == 0, "no question is shown over the notebook"

    def idle():
        return any(one["kernel"]["execution_state"] == "idle" for one in _ask(f"{make_lab}/api/sessions"))

    _wait("an idle kernel", 60, idle)
    _menu(page, "Edit", "Clear Outputs of All Cells")
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output').length === 0", timeout=20_000)
    _menu(page, "Run", "Run All Cells")
    state.first.wait_for(state="attached", timeout=60_000)
    _wait(
        "the last cell", 120, lambda: idle() and not page.locator(".jp-InputPrompt", has_text="[*]").count()
    )
    for kind in ("stderr", "error"):
        assert page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").count() == 0
    assert watch.left_the_machine() == []
    _menu(page, "Kernel", "Shut Down Kernel")
    _wait("the end of the kernel", 20, lambda: not _ask(f"{make_lab}/api/sessions"))


@pytest.mark.browser
def test_plain_jupyterlab_shows_figures_before_trust_and_says_how_to_see_maps(tmp_path, watched):
    name = NOTEBOOKS[0]
    shutil.copyfile(ROOT / "notebooks" / name, tmp_path / name)
    command = [BIN / "jupyter", "lab", "--allow-root"]
    with _started(tmp_path, *command, arguments=lambda options: options) as (url, _):
        page = watched(1500, 4000).page
        page.goto(f"{url}/lab/tree/{name}?reset")
        figure = page.locator(".jp-RenderedImage img").first
        figure.wait_for(timeout=60_000)
        assert figure.evaluate("(one) => one.naturalWidth") > 600
        assert page.locator(".jp-OutputArea-output iframe").count() == 0
        hint = page.locator(".jp-RenderedHTMLCommon p", has_text="An interactive map is stored here").first
        words = re.search(r"choose (\w+), then ([\w ]+), type (\w+) and press Enter", hint.inner_text())
        _menu(page, words[1], words[2])
        page.keyboard.type(words[3])
        page.locator(".lm-CommandPalette-item", has_text="Trust Notebook").first.wait_for()
        page.keyboard.press("Enter")
        page.locator(".jp-Dialog .jp-mod-accept").click()
        state = page.frame_locator(".jp-OutputArea-output iframe").first.locator("path.mm-state")
        state.first.wait_for(state="attached", timeout=60_000)
