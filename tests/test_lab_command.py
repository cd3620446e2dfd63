"""``mineralmap lab``: a fresh copy of the notebooks, in a JupyterLab that is really started."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from mineralmap import cli, lab

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


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


def test_the_copy_is_fresh_writable_and_whole(tmp_path):
    folder = lab.copy_notebooks(tmp_path / "new" / "stories")
    assert sorted(path.name for path in folder.glob("*.ipynb")) == NOTEBOOKS
    for name in NOTEBOOKS:
        assert (folder / name).read_bytes() == (ROOT / "notebooks" / name).read_bytes()
        assert (folder / name).stat().st_mode & stat.S_IWUSR
    assert [path.name for path in folder.parent.iterdir()] == ["stories"]


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
    told = capsys.readouterr().err
    assert f"{own} already holds '{NOTEBOOKS[0]}', and no file is overwritten" in told
    assert f"jupyter lab {own}" in told
    assert [path.name for path in own.iterdir()] == [NOTEBOOKS[0]]
    assert (own / NOTEBOOKS[0]).read_text() == "my notes"
    with pytest.raises(FileExistsError, match="is a file"):
        lab.copy_notebooks(own / NOTEBOOKS[0])


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    assert lab.copy_notebooks("empty") == tmp_path / "empty"


def test_without_jupyterlab_the_install_line_is_told_and_nothing_copied(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert cli.main(["lab"]) == 2
    assert capsys.readouterr().err == (
        "mineralmap lab: JupyterLab is not installed. "
        'Install it with: python -m pip install "mineralmap[lab]"\n'
    )
    assert not (tmp_path / "mineralmap-notebooks").exists()


# ----------------------------------------------------------------------------------- the real JupyterLab


def _ask(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def _answers(url):
    try:
        return bool(_ask(url))
    except OSError:
        return False


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Start the installed command on a free port; it must end when it is told to."""
    place = tmp_path_factory.mktemp("started")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).with_name("mineralmap"), "lab", "stories", "--no-browser"]
    command += ["--", f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token="]
    url, log = f"http://127.0.0.1:{port}", place / "log.txt"
    with log.open("w") as lines:
        process = subprocess.Popen(
            command, cwd=place, env=_own_home(place), stdout=lines, stderr=subprocess.STDOUT
        )
    try:
        end = time.monotonic() + 120
        while not _answers(f"{url}/api/status"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.2)
        yield url, place / "stories"
        process.terminate()
        process.wait(60)
        assert not _answers(f"{url}/api/status")
        assert f"The notebooks were copied to {place / 'stories'}" in log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_it_starts_and_lists_the_notebooks(started):
    url, folder = started
    listed = _ask(f"{url}/api/contents")["content"]
    assert sorted(entry["name"] for entry in listed) == NOTEBOOKS
    assert sorted(path.name for path in folder.glob("*.ipynb")) == NOTEBOOKS


@pytest.mark.browser
def test_a_stored_map_is_drawn_before_anything_is_run(started, watched):
    url, _ = started
    watch = watched(1500, 1000)
    watch.page.goto(f"{url}/lab/tree/{NOTEBOOKS[0]}?reset")
    frame = watch.page.frame_locator(".jp-OutputArea-output iframe").first
    frame.locator("path.mm-state").first.wait_for(state="attached", timeout=60_000)
    assert frame.locator("path.mm-state").count() == 36
    assert watch.left_the_machine() == []

    # A server that is stopped while it starts a kernel waits for that kernel without end.
    def idle():
        return [one for one in _ask(f"{url}/api/sessions") if one["kernel"]["execution_state"] == "idle"]

    end = time.monotonic() + 60
    while not idle():
        assert time.monotonic() < end
        time.sleep(0.2)
