"""What is written is whole, lies where it was asked for, and takes nothing of anybody's away."""

from __future__ import annotations

import errno
import io
import os
import pickle
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap.folders import working_folder, write_whole, written_whole


def _map(**columns):
    return mm.maps.explore(pd.DataFrame({"lat": [20.0], "lon": [78.0], **columns}))


@pytest.fixture(scope="module")
def page():
    return _map()


# ---------------------------------------------------------------------------------------------- files


def test_two_writers_and_a_reader_meet_whole_files_only(tmp_path):
    path, torn, failed = tmp_path / "map.html", [], []
    texts = [letter * size for letter, size in ((b"a", 300_000), (b"b", 600_000), (b"c", 5))]
    path.write_bytes(texts[0])

    def write(text):
        try:
            for _ in range(20):
                write_whole(path, text)
        except OSError as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(text,)) for text in texts]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        torn += [len(text) for text in [path.read_bytes()] if text not in texts]
    assert (torn, failed) == ([], [])
    assert [one.name for one in tmp_path.iterdir()] == ["map.html"]


def test_what_is_there_keeps_its_mode_its_link_and_its_neighbours(tmp_path, page):
    own = tmp_path / "map.html.part"
    own.write_text("half a download")
    secret, link, broken = tmp_path / "secret.html", tmp_path / "link.html", tmp_path / "broken.html"
    secret.write_text("old")
    secret.chmod(0o600)
    link.symlink_to("secret.html")
    broken.symlink_to("new.html")
    page.save(tmp_path / "map.html")
    page.save(link)
    page.save(broken)
    assert own.read_text() == "half a download"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert link.is_symlink()
    assert secret.read_text() == (tmp_path / "map.html").read_text() == (tmp_path / "new.html").read_text()
    umask = os.umask(0o027)
    try:
        page.save(tmp_path / "fresh.html")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "fresh.html").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes by name here")
def test_a_pipe_is_written_to_and_stays_one(tmp_path, page):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    page.save(pipe)
    reader.join(10)
    assert got == [page.to_html().encode()]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    page.save(os.devnull)
    assert not Path(os.devnull).is_file()


def test_home_paths_of_others_and_files_in_memory(tmp_path, page, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))

    class Place:
        def __fspath__(self):
            return str(tmp_path / "place.html")

    text, binary = io.StringIO(), io.BytesIO()
    for where in ("~/home.html", Place(), os.fsencode(tmp_path / "bytes.html"), text, binary):
        page.save(where)
    expected = page.to_html()
    assert text.getvalue() == binary.getvalue().decode() == expected
    for name in ("home", "place", "bytes"):
        assert (tmp_path / f"{name}.html").read_bytes().decode() == expected
    with (tmp_path / "opened.html").open("w", newline="") as file:
        page.save(file)
        assert file.closed, "as folium does it"
    assert (tmp_path / "opened.html").read_bytes().decode() == expected
    page.to_png("~/picture.png", dpi=30)
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_an_error_names_the_path_that_was_asked_for(tmp_path, page):
    missing = tmp_path / "no-such-folder" / "map.html"
    (tmp_path / "file").write_text("mine")
    for where in (missing, tmp_path, tmp_path / "file" / "map.html"):
        with pytest.raises(OSError, match=r"map\.html|Is a directory") as caught:
            page.save(where)
        assert caught.value.filename == str(where)
        assert caught.value.errno in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_picture_travels_to_another_process():
    picture = pickle.loads(pickle.dumps(_map().to_figure()))
    assert picture.to_png(dpi=40) == _map().to_figure().to_png(dpi=40)


def test_pictures_drawn_in_threads_are_the_same_and_leave_the_settings_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    expected, got = mm.figures.monazite().to_svg(), []
    threads = [threading.Thread(target=lambda: got.append(mm.figures.monazite().to_svg())) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert got == [expected] * 4
    assert dict(mpl.rcParams) == before


# -------------------------------------------------------------------------------------------- folders

_HOLD = """
import sys, time
from pathlib import Path
from mineralmap import folders
with folders.written_whole(Path(sys.argv[1])) as part:
    (part / "new.txt").write_text("new")
    if sys.argv[2] == "swap":
        Path(sys.argv[1]).rename(folders.displaced(part))
    print("ready", flush=True)
    time.sleep(60)
"""


def _killed(out, when):
    job = subprocess.Popen([sys.executable, "-c", _HOLD, str(out), when], stdout=subprocess.PIPE, text=True)
    assert job.stdout.readline() == "ready\n"
    return job


def test_what_a_killed_run_left_is_cleared_by_the_next_and_a_living_one_is_not_touched(tmp_path):
    out = tmp_path / "site"
    out.mkdir()
    (out / "old.txt").write_text("old")
    mine = tmp_path / ".site-mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    alive, dead, swapping = _killed(out, "now"), _killed(out, "now"), _killed(out, "swap")
    dead.kill()
    swapping.kill()
    dead.wait()
    swapping.wait()
    assert not out.exists(), "killed in the midst of the exchange"
    try:
        with written_whole(out) as part:
            assert (out / "old.txt").read_text() == "old"
            (part / "old.txt").write_text("old")
        assert len(list(tmp_path.glob(".site-*"))) == 2, "mine, and that of the living one"
    finally:
        alive.kill()
        alive.wait()
        alive.stdout.close()
        dead.stdout.close()
        swapping.stdout.close()
    with written_whole(out) as part:
        (part / "new.txt").write_text("new")
    assert [one.name for one in out.iterdir()] == ["new.txt"]
    assert sorted(one.name for one in tmp_path.iterdir()) == [".site-mine", "site"]


def test_two_folders_at_once_leave_one_of_them_whole(tmp_path):
    out = tmp_path / "site"
    barrier, failed = threading.Barrier(4), []

    def write(number):
        try:
            for _ in range(10):
                with written_whole(out) as part:
                    for name in ("a", "b"):
                        (part / name).write_text(str(number))
                    if _ == 0:
                        barrier.wait(10)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert (out / "a").read_text() == (out / "b").read_text()
    assert [one.name for one in tmp_path.iterdir()] == ["site"]
    out.chmod(0o700)
    with written_whole(out):
        pass
    assert stat.S_IMODE(out.stat().st_mode) == 0o700, "a folder that was closed to others stays so"


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_done(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="file/site") as caught, written_whole(tmp_path / "file" / "site"):
        pytest.fail("the work began")
    assert caught.value.filename == str(tmp_path / "file" / "site")
    with working_folder(tmp_path, "x-") as one, working_folder(tmp_path, "x-") as other:
        assert one != other
        assert one.exists()
