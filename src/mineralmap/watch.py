"""The watch list: what a reader should expect next of each initiative, and since when it is silent.

Everything is inferred from stages and dates by rules written out below; nothing is a forecast. How
often threads do climb is in `mineralmap.follow`.
"""

from __future__ import annotations

from . import ladder

#: What to expect, in the order of the list: key -> words. The rule is `expectation`.
EXPECTATIONS = {
    "next_step": "A next step may be reported: heard of within two years",
    "halted": "Halted: news would be an act that ends the halt",
    "silent": "Silent for two years: ask before quoting it as alive",
    "presumed_shelved": "Silent for four years: presumed shelved, though nobody said so",
    "running": "Running: output and capacity are what to ask for",
    "in_force": "In force: amendments, renewals or a lapse",
    "cancelled": "Cancelled: nothing, unless it starts anew",
}
#: What would move an initiative from each stage, by the coding rules of the tables.
MOVES_IT = {
    "talks": "a stated plan, a signed memorandum or an approval",
    "announced": "a signed memorandum, an agreement or an approval",
    "mou": "a signed agreement, contract or venture, or an approval",
    "agreement": "an approval, licence, tender or award by a government",
    "approved": "building that has begun, or finished without output",
    "construction": "output or service reported",
    "operating": "nothing higher; a reported halt would take it off the ladder",
    "suspended": "a memorandum or a higher step; talks and announcements do not end a halt",
    "cancelled": "a memorandum or a higher step",
    "in_force": "nothing on the ladder; a suspension or repeal would end it",
}

__all__ = ["EXPECTATIONS", "MOVES_IT", "expectation", "watch", "watchlist"]


def expectation(stage, silence):
    """Return the key of `EXPECTATIONS` for a stage and a silence (`mineralmap.ladder.silence`)."""
    if silence in ("silent", "presumed_shelved"):
        return silence
    return {
        "operating": "running",
        "suspended": "halted",
        "cancelled": "cancelled",
        "in_force": "in_force",
    }.get(stage, "next_step")


def watch(initiatives, events, event_sources, sources, as_of=None):
    """Return the watch list from frames.

    Parameters
    ----------
    initiatives : DataFrame
        Those to list, as from `mineralmap.load_initiatives` (``initiative_id, title, level, scope``).
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
    event_sources, sources : DataFrame
        As from `mineralmap.load_event_sources` and `mineralmap.load_sources`.
    as_of : str or date, optional
        The day to judge from; the last day of the newest event if left out.

    Returns
    -------
    DataFrame
        One row an initiative with an event by ``as_of``, in the order of `EXPECTATIONS`, then by
        falling rung, then the longest heard of last: ``initiative_id, title, level, scope, stage,
        expect`` (key), ``expect_words, moves_it, silent_since`` (last day of the period of the newest
        event), ``silent_years, last_event_id, last_event, source_id, publisher, published, url`` (a
        page of the newest event that is no background: the last one dated by ``as_of``, else the first
        after it; missing if there is none), ``n_events, event_ids``.
    """
    import pandas as pd

    day = ladder.closing_day(events, as_of)
    known = ladder.known_on(ladder.counting_steps(events, initiatives), day)
    quiet = ladder.silence(known, day)
    keys = ["initiative_id", "title", "level", "scope"]
    frame = initiatives[keys].merge(quiet.reset_index(), on="initiative_id")
    stages = frame["stage"].astype("str")
    said = [expectation(*pair) for pair in zip(stages, frame["silence"].astype("str"), strict=True)]
    titles = known.set_index("event_id")["title"]
    threads = known.sort_values(["date", "event_id"]).groupby("initiative_id")["event_id"].agg(tuple)
    frame = frame.assign(
        expect=pd.Categorical(said, categories=list(EXPECTATIONS), ordered=True),
        expect_words=[EXPECTATIONS[one] for one in said],
        moves_it=[MOVES_IT[stage] for stage in stages],
        last_event=frame["last_event_id"].map(titles),
        event_ids=frame["initiative_id"].map(threads),
    )
    frame = frame.assign(n_events=frame["event_ids"].map(len))
    frame = frame.merge(_last_pages(event_sources, sources, day), on="last_event_id", how="left")
    rung = stages.map(ladder.rung).fillna(-1)
    order = ["expect", "_rung", "silent_since", "initiative_id"]
    frame = frame.assign(_rung=rung).sort_values(order, ascending=[True, False, False, True])
    columns = [*keys, "stage", "expect", "expect_words", "moves_it", "silent_since", "silent_years"]
    columns += ["last_event_id", "last_event", "source_id", "publisher", "published", "url"]
    return frame[[*columns, "n_events", "event_ids"]].reset_index(drop=True)


def _last_pages(event_sources, sources, day):
    """Return one page an event, no background: the last one dated by ``day``, else the first after."""
    import pandas as pd

    pages = event_sources[~event_sources["witness"].str.startswith("context-")]
    pages = pages.merge(sources[["source_id", "publisher", "published", "url"]], on="source_id")
    pages = pages.sort_values(["published", "source_id"], na_position="first")
    late = pages["published"].fillna("") > f"{day:%Y-%m-%d}"
    by_then = pages[~late].drop_duplicates("event_id", keep="last")
    pages = pd.concat([by_then, pages[late]]).drop_duplicates("event_id")
    pages = pages.rename(columns={"event_id": "last_event_id"})
    return pages[["last_event_id", "source_id", "publisher", "published", "url"]]


def watchlist(as_of=None, scope=("rare_earth", "critical_minerals")):
    """Return the watch list of the tables: what to expect next, since when silent, the last source.

    Parameters
    ----------
    as_of : str or date, optional
        Judge as on this day, from what was certain by then; the day of the newest event if left out.
    scope : str or sequence of str
        Scope of the initiatives, as in `mineralmap.load_initiatives`.

    Returns
    -------
    DataFrame
        As from `watch`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.watchlist()["expect"].iloc[0]
    'next_step'
    """
    from . import datasets

    events = datasets.load_events()
    return watch(
        datasets.load_initiatives(as_of, scope),
        events,
        datasets.load_event_sources(),
        datasets.load_sources(),
        as_of,
    )
