"""The command ``mineralmap``: what it prints and its exit status."""

import os
import subprocess
import sys
from pathlib import Path

import good_tables
import pytest

import mineralmap as mm
from mineralmap import cli


@pytest.fixture
def good(tmp_path):
    return good_tables.write(tmp_path / "tables", good_tables.good())


@pytest.fixture
def broken(tmp_path):
    tables = good_tables.good()
    good_tables.find(tables, "ev-mou-2021").update(states="IN-OR", summary="日本, =cmd\x07")
    return good_tables.write(tmp_path / "broken", tables)


def run(*arguments, **environment):
    """Run the installed command as a user does, and return status, output and errors."""
    command = Path(sys.executable).with_name("mineralmap")
    done = subprocess.run(
        [command, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | environment,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def test_sound_tables_give_status_0(good, capsys):
    assert cli.main(["validate", str(good)]) == 0
    assert capsys.readouterr().out.startswith("No fault found (")


def test_broken_tables_give_status_1_and_every_fault(broken, capsys):
    assert cli.main(["validate", str(broken)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("2 faults found (")
    assert "events.csv, row 3 (ev-mou-2021), column states: 'IN-OR'" in out
    assert "IN-OD]" in out, "the code in force"
    assert "\x07" not in out


def test_a_path_that_does_not_exist_gives_status_1_and_the_near_one(good, capsys):
    assert cli.main(["validate", str(good.with_name("tabels"))]) == 1
    assert "tabels: does not exist [did you mean 'tables'?]" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["validte"], ["validate", "a", "b"], ["validate", "--strict"]])
def test_arguments_that_cannot_be_read_give_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: mineralmap" in capsys.readouterr().err


def test_a_path_that_no_system_can_read_gives_status_2(capsys):
    assert cli.main(["validate", "x" * 5000]) == 2
    assert capsys.readouterr().err.startswith("mineralmap validate: ")


def test_ctrl_c_gives_status_130_and_says_how_things_are(monkeypatch, tmp_path, capsys):
    def stop(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("mineralmap.tagging.tag", stop)
    assert cli.main(["tag", str(tmp_path), str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err == "mineralmap tag: stopped; give the same command again to go on\n"


_STOPPED_AFTER = """
import os, signal, sys, threading, time
import mineralmap.cli
def stop():
    time.sleep(float(sys.argv.pop()))
    os.kill(os.getpid(), signal.SIGINT)
thread = threading.Thread(target=stop)
thread.start()
while len(sys.argv) > 2:
    time.sleep(0.001)
sys.exit(mineralmap.cli.main())
"""


@pytest.mark.once
@pytest.mark.parametrize("after", ["0.01", "0.05", "0.15", "0.25"])
def test_ctrl_c_at_any_moment_is_one_line(after):
    done = subprocess.run(
        [sys.executable, "-c", _STOPPED_AFTER, "validate", after], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "mineralmap validate: stopped\n")


def test_the_installed_command_in_a_terminal_without_japanese(broken):
    status, out, err = run("validate", broken, PYTHONIOENCODING="ascii")
    assert (status, err) == (1, "")
    assert "\\u65e5\\u672c" in out


def test_the_command_shows_its_version_and_helps():
    assert run("--version") == (0, f"mineralmap {mm.__version__}\n", "")
    status, out, _ = run("validate", "--help")
    assert status == 0
    assert "Exit status 0 if they hold, 1 if not" in " ".join(out.split())


def test_a_data_folder_without_tables_is_named(tmp_path):
    status, _, err = run("validate", MINERALMAP_DATA=str(tmp_path))
    assert status == 2
    assert f"MINERALMAP_DATA names {tmp_path}, which has no folder 'tables'" in err


def test_a_name_cannot_move_the_cursor_of_a_terminal(tmp_path, capsys):
    name = tmp_path / "red\x1b[31m.rss"
    assert cli.main(["leads", str(name)]) == 2
    assert "\x1b" not in (said := capsys.readouterr().err)
    assert "red\ufffd[31m.rss" in said
