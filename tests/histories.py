"""Small histories written out by hand, and what they come to on a day."""

from __future__ import annotations

import pandas as pd

from mineralmap import stages

#: What a step has besides its date and stage: a meeting without a place.
_STEP = {"kind": "talks", "scope": "rare_earth", "location_accuracy": "none", "place_name": None}
_STEP |= {"lat": float("nan"), "lon": float("nan")}
_COLUMNS = ["event_id", "initiative_id", "date", "date_precision", "stage", "follows"]


def frame(rows):
    """Return events from (event_id, initiative_id, date, date_precision, stage, follows)."""
    events = pd.DataFrame(rows, columns=_COLUMNS)
    events = events.assign(date=pd.to_datetime(events["date"]), **_STEP)
    for name in ("states", "partners", "blocs"):
        events[name] = [()] * len(events)
    return events


def history(*steps, initiative="x"):
    """Return the events of one initiative from (date, stage, precision="day", follows=())."""
    rows = []
    for number, (date, stage, *rest) in enumerate(steps):
        precision, follows = [*rest, "day"][0], rest[1] if len(rest) > 1 else ()
        rows.append((f"{initiative}-{number}", initiative, date, precision, stage, follows))
    return frame(rows)


def initiatives_of(events, level="company", scope="rare_earth"):
    """Return a row for each initiative of the events."""
    ids = sorted(set(events["initiative_id"]))
    return pd.DataFrame({"initiative_id": ids, "type": "plant", "level": level, "scope": scope})


def on_day(events, as_of=None, **initiative):
    """Return the initiatives as known on a day, indexed by id."""
    versions = stages.versions(events, initiatives_of(events, **initiative))
    return stages.on_day(versions, as_of).set_index("initiative_id").drop(columns="from_day")
