"""Checks of the claims about states, the Union and Japan: investment, dependence, lists, who leads."""

from __future__ import annotations

from .. import ladder, partners, supply
from . import Finding
from ._rules import at_least, counted, difference, having, ids_of, links_of, standing
from ._uttar_pradesh import COUNTED

#: Kinds of step that put money or plant in a place; a supply pact or an estimate does not.
INVESTMENT_KINDS = ("investment", "jv", "plant")
#: Parts of the chain in which a new source shows; finance or policy alone is none.
SOURCES = ("mining", "separation", "metal", "magnet", "recycling")
#: Two countries or more: one new supplier is a switch, not a spread.
MIN_COUNTRIES = 2
#: Sources differ by this much for one and the same year (84 to 90 % for 2009): less is no change.
MARGIN_POINTS = 5.0
#: Decided measures from which a list is more than paper; one or two could be chance.
MIN_MEASURES = 3
LIST = "critical-minerals-list"
DECIDED = ("approved", "in_force", "construction", "operating")
#: How many years count as recent, the year of the day among them. No number is better than another, so
#: a verdict must hold with each; the middle one is reported.
RECENT_YEARS = (1, 2, 3)
#: Fewer initiatives in either period say nothing of a share.
MIN_INITIATIVES = 10


def _investment(state, name):
    """Make the check for one state."""

    def check(tables, as_of):
        """Supported by a foreign partner's money or plant at agreement or above that stands."""
        foreign = having(tables.initiatives, states=state, scope=COUNTED)
        foreign = foreign[foreign["partners"].astype(bool)]
        invested = at_least(having(foreign, kinds=INVESTMENT_KINDS), "agreement")
        secured = standing(invested)
        lost = invested[~invested["initiative_id"].isin(secured["initiative_id"])]
        verdict = "supported" if len(secured) else "mixed" if len(lost) else "not decidable"
        context = having(tables.initiatives, states=state, scope="context")
        context = context[context["partners"].astype(bool)]
        titles = "; ".join(secured["title"])
        if len(secured):
            why = f"{counted(len(secured), 'investment')} with a foreign partner stands: {titles}"
            why += f"; {len(lost)} more came to a halt" if len(lost) else ""
        elif len(lost):
            why = f"Only halted ones: {'; '.join(lost['title'])}"
        else:
            why = (
                f"None is recorded in {name}. Threads with a foreign partner: {len(foreign)}, none with "
                "money or plant at agreement or above; threads on other subjects, which do not count: "
                f"{len(context)}. Absence is no proof"
            )
        return Finding(
            verdict,
            f"{why}.",
            {
                "threads with a foreign partner": len(foreign),
                "investments that stand": len(secured),
                "investments that were halted": len(lost),
                "threads on other subjects, not counted": len(context),
            },
            ids_of(invested if len(invested) else foreign),
            would_decide="A report that the plant has closed."
            if len(secured)
            else f"A signed investment in these minerals that names a site in {name}.",
        )

    return check


def japan_leaves_china(tables, as_of):
    """Compare deeds (sources outside China) with shares; both must point one way."""
    deals = having(tables.initiatives, partners="JPN", segments=SOURCES)
    deals = deals[~deals["initiative_id"].isin(having(deals, partners="CHN")["initiative_id"])]
    deals = at_least(standing(deals), "agreement")
    countries = {one for cell in deals["partners"] for one in cell} - {"JPN"}
    if len(having(deals, scope=COUNTED)):
        countries.add("IND")
    change = supply.japan_change(tables.japan)
    fell = change[change["change_points"] <= -MARGIN_POINTS]
    rose = change[
        (change["change_points"] >= MARGIN_POINTS) | (change["rise_from_lowest_points"] >= MARGIN_POINTS)
    ]
    spread = len(countries) >= MIN_COUNTRIES
    if change.empty:
        verdict = "not decidable"
    elif spread and len(fell) and not len(rose):
        verdict = "supported"
    elif not spread and not len(fell):
        verdict = "contradicted"
    else:
        verdict = "mixed"
    measured = [one for ids in change["estimate_ids"] for one in ids]
    parts = [
        f"{row.first_pct:g} % in {row.first_year} to {row.last_pct:g} % in {row.last_year}"
        for row in change.itertuples()
    ]
    shares = "; ".join(parts) or "no definition with two years"
    why = (
        f"Deeds: {counted(len(deals), 'deal')} at agreement or above that no row records as halted, with "
        f"{len(countries)} countries. Shares from China, each by its own definition: {shares}. "
        f"{len(fell)} fell and {len(rose)} rose by {MARGIN_POINTS:g} points or more."
    )
    return Finding(
        verdict,
        why,
        {
            "deals not recorded as halted": len(deals),
            "countries": len(countries),
            "definitions with two years": len(change),
            "definitions that fell": len(fell),
            "definitions that rose": len(rose),
        },
        ids_of(deals),
        rows=tuple(f"japan_dependence: {one}" for one in measured),
        links=links_of(having(tables.japan, estimate_id=measured)),
        would_decide="One series by one definition from 2008 to today.",
    )


def japan_through_states(tables, as_of):
    """Supported by a state-led deal at agreement or above; mixed if others lead one that lies in a state."""
    events = tables.events[tables.events["scope"] == "rare_earth"]
    edges = partners.edges(events)
    edges = edges[edges["partner"] == "JPN"]
    of_union = int(edges.loc[edges["state_iso"].isna(), "n_events"].sum())
    of_states = edges[edges["state_iso"].notna()]
    threads = having(tables.initiatives, partners="JPN", scope="rare_earth")
    threads = threads[threads["states"].astype(bool)]
    led = having(threads, level="state")
    led_bound = at_least(standing(led), "agreement")
    bound = at_least(standing(threads), "agreement")
    if len(led_bound):
        verdict = "supported"
    elif len(bound):
        verdict = "mixed"
    elif len(edges) and not len(threads):
        verdict = "contradicted"
    else:
        verdict = "not decidable"
    stages = ", ".join(f"{row.title} ({row.stage})" for row in bound.itertuples()) or "none"
    return Finding(
        verdict,
        f"Led by a state: {counted(len(led), 'thread')}, {len(led_bound)} with an agreement. Placed in a "
        f"state, at agreement or above, whoever leads: {stages}. Japan's rare-earth events name "
        f"{counted(len(of_states), 'state')}; {counted(of_union, 'event')} named none.",
        {
            "threads led by a state": len(led),
            "of these with an agreement": len(led_bound),
            "threads in a state with an agreement": len(bound),
            "events of the Union alone": of_union,
            "states named": len(of_states),
        },
        ids_of(threads),
        would_decide="An instrument on rare earths that a state itself signs with a Japanese partner.",
    )


def list_begun(tables, as_of):
    """Supported by three measures of the Union that were decided after the list; mixed by fewer."""
    start = having(tables.events, initiative_id=LIST, stage="in_force")
    if start.empty:
        return Finding("not decidable", "The list was not out by that day.", would_decide="Its publication.")
    own = having(tables.initiatives, level="national", scope=COUNTED)
    own = own[~own["partners"].astype(bool) & (own["first_date"] >= start["date"].min())]
    own = own[own["initiative_id"] != LIST]
    decided = having(own, stage=DECIDED)
    running = own[own["highest_stage"] == "operating"]
    enough = len(decided) >= MIN_MEASURES
    verdict = "supported" if enough else "mixed" if len(decided) else "not decidable"
    return Finding(
        verdict,
        f"Measures of the Union begun since the list: {len(own)}; approved or in force: {len(decided)} "
        f"({MIN_MEASURES} are asked for); with output: {len(running)}. Begun is not delivered.",
        {
            "measures begun since the list": len(own),
            "approved or in force": len(decided),
            "with output": len(running),
        },
        tuple(sorted({*start["event_id"], *ids_of(decided)})),
        would_decide="Output from a block, plant or scheme that began after the list.",
    )


def decentralising(tables, as_of):
    """Compare the share of states among new initiatives of states and Union, recent years against before."""
    new = having(tables.initiatives, level=("state", "national"), scope=COUNTED)
    last = (as_of or tables.events["date"].max()).year
    splits = [_split(new, last, years) for years in RECENT_YEARS]
    middle = splits[len(splits) // 2]
    figures = {"years counted as recent": middle["years"], **middle["figures"]}
    counts = (
        f"Led by a state: {middle['before']} of {middle['n_before']} initiatives of states and Union up to "
        f"{last - middle['years']}, {middle['now']} of {middle['n_now']} later"
    )
    used = tuple(sorted(_first_events(tables, new)))
    settle = "A full list of initiatives by year, not one that grew from searches on a few states."
    if min(one for split in splits for one in (split["n_before"], split["n_now"])) < MIN_INITIATIVES:
        why = f"{counts}; fewer than {MIN_INITIATIVES} in a period say nothing."
        return Finding("not decidable", why, figures, used, would_decide=settle)
    if all(split["low"] > 0 for split in splits):
        verdict = "supported"
    else:
        verdict = "contradicted" if all(split["high"] < 0 for split in splits) else "not decidable"
    return Finding(
        verdict,
        f"{counts}: {middle['change']:+.0f} points (95 % interval {middle['low']:+.0f} to "
        f"{middle['high']:+.0f}). The sign must hold with {', '.join(map(str, RECENT_YEARS))} years counted "
        "as recent. The interval covers chance, not which news was found: searches were densest for the last "
        "years and for three states.",
        figures,
        used,
        would_decide=settle,
    )


def _split(initiatives, last, years):
    """Return counts and the change in per cent points with the last years against all before."""
    recent = initiatives["first_date"].dt.year > last - years
    led = initiatives["level"] == "state"
    found = {
        "years": years,
        "before": int((led & ~recent).sum()),
        "n_before": int((~recent).sum()),
        "now": int((led & recent).sum()),
        "n_now": int(recent.sum()),
    }
    figures = {
        "state-led before": found["before"],
        "of, before": found["n_before"],
        "state-led recently": found["now"],
        "of, recently": found["n_now"],
    }
    if min(found["n_before"], found["n_now"]):
        change = difference(found["before"], found["n_before"], found["now"], found["n_now"])
        found |= dict(zip(("change", "low", "high"), (100 * one for one in change), strict=True))
        figures |= {f"{name}, points": round(found[name], 1) for name in ("change", "low", "high")}
    return {**found, "figures": figures}


def _first_events(tables, initiatives):
    """Return the ids of the first events of initiatives."""
    moves = ladder.moves(tables.events).drop_duplicates("initiative_id")
    return moves.loc[moves["initiative_id"].isin(initiatives["initiative_id"]), "event_id"]


CHECKS = {
    "ap-foreign-investment": _investment("IN-AP", "Andhra Pradesh"),
    "critical-list-begun": list_begun,
    "japan-leaves-china": japan_leaves_china,
    "japan-through-states": japan_through_states,
    "strategy-decentralising": decentralising,
    "tn-foreign-investment": _investment("IN-TN", "Tamil Nadu"),
}
