"""Threads in a fresh process, and processes forked or spawned: right answers, nothing left behind."""

import multiprocessing
import os
import pickle
import subprocess
import sys

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap.cells import Fault

#: Eight threads that begin together in a process that has loaded nothing, then the same calls one by one.
_COLD = """
import gc, threading
import mineralmap as mm
def tag(to):
    import pandas as pd
    return mm.tag(pd.DataFrame({"lon": [84.95, 80.0, None], "lat": [19.35, 5.0, 20.0]}), to=to).to_csv()
calls = [
    lambda: mm.load_initiatives().to_csv(), lambda: tag("state"), lambda: mm.load_states().to_csv(),
    lambda: mm.maps.india().to_html(), lambda: tag("district"), lambda: mm.load_districts().to_csv(),
    lambda: mm.load_events().to_csv(), lambda: mm.maps.explore(mm.load_deposits().head(50)).to_html(),
]
start, answers = threading.Barrier(8), {}
def work(number):
    start.wait()
    answers[number] = calls[number]()
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print([number for number, call in enumerate(calls) if answers.get(number) != call()], gc.isenabled())
"""


@pytest.mark.once
def test_eight_cold_threads_get_what_one_gets():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _COLD], capture_output=True, text=True, timeout=120
    )
    assert (done.stdout, done.stderr) == ("[] True\n", "")


POINTS = pd.DataFrame({"lon": [84.95, 80.0], "lat": [19.35, 5.0]})


def _tagged(to):
    return mm.tag(POINTS, to=to).to_csv()


@pytest.mark.once
@pytest.mark.parametrize("way", sorted({"fork", "spawn"} & set(multiprocessing.get_all_start_methods())))
def test_a_process_of_ones_own_gives_the_same_answer(way):
    expected = [_tagged("state"), _tagged("district")]
    with multiprocessing.get_context(way).Pool(2) as pool:
        assert pool.map(_tagged, ["state", "district"]) == expected


@pytest.mark.once
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_child_forked_while_a_thread_builds_does_not_wait_for_it():
    code = """
import os, signal, sys, threading
import pandas as pd, mineralmap as mm
from mineralmap.tagging import units
points = pd.DataFrame({"lon": [84.95], "lat": [19.35]})
building, forked = threading.Event(), threading.Event()
grid = units.Grid
def slow(*args):
    building.set()
    forked.wait(20)
    return grid(*args)
units.Grid = slow
thread = threading.Thread(target=mm.tag, args=(points,))
thread.start()
building.wait(20)
child = os.fork()
if not child:
    signal.alarm(20)
    units.Grid = grid
    os._exit(0 if mm.tag(points)["state_iso"].tolist() == ["IN-OD"] else 1)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
forked.set()
thread.join()
sys.exit(status)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_errors_of_another_process_say_the_same_here():
    fault = Fault("events.csv", 3, "ev-1", "stage", "aproved", "is not in the vocabulary", "a hint")
    errors = [mm.errors.TableError([fault] * 62), mm.errors.UnknownNameError("there is no column 'x'")]
    errors += [mm.errors.CRSError("no CRS"), mm.errors.LayerError("no layer")]
    for error in errors:
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
    assert pickle.loads(pickle.dumps(errors[0])).faults == errors[0].faults
