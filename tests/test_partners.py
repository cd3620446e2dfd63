"""Ties between partners, states and the Union, on rows written out by hand."""

import pandas as pd

from mineralmap import partners


def test_state_ties_and_national_ties_are_kept_apart():
    events = pd.DataFrame(
        {
            "event_id": ["a", "b", "c", "d"],
            "date": pd.to_datetime(["2012-11-16", "2014-08-28", "2025-08-29", "2020-01-01"]),
            "partners": [("JPN",), ("JPN",), ("JPN", "USA"), ()],
            "states": [(), ("IN-AP", "IN-OD"), (), ("IN-KL",)],
        }
    )
    ties = partners.edges(events)
    counted = {
        (tie.partner, tie.state_iso if isinstance(tie.state_iso, str) else None): tie.n_events
        for tie in ties.itertuples()
    }
    assert counted == {("JPN", "IN-AP"): 1, ("JPN", "IN-OD"): 1, ("JPN", None): 2, ("USA", None): 1}
    union = ties[ties["state_iso"].isna() & (ties["partner"] == "JPN")].iloc[0]
    assert union["event_ids"] == ("a", "c")
    assert union["first_date"] == pd.Timestamp("2012-11-16")
