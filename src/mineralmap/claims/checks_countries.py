"""Checks of the claims about states, the Union and Japan: investment, dependence, lists, who leads."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import codebook, stages, supply
from ..frames import filter_rows, group_words
from ..text import format_date, pluralize
from .evidence import MINERALS, Evidence, at_least, ids_of, links_of, with_partner
from .findings import Finding, check_for
from .intervals import difference

#: Kinds of step that put money or plant in a place; a supply pact or an estimate does not.
INVESTMENT_KINDS = ("investment", "jv", "plant")
#: Parts of the chain in which a new source shows; finance or policy alone is none.
SOURCES = codebook.codes("segment", "chain")
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


@check_for("ap-foreign-investment", state="IN-AP")
@check_for("tn-foreign-investment", state="IN-TN")
def foreign_investment(tables: Evidence, state: str) -> Finding:
    """Supported by a foreign partner's money or plant at agreement or above that is not halted."""
    name = codebook.labels("state")[state]
    foreign = with_partner(filter_rows(tables["initiatives"], states=state, scope=MINERALS))
    invested = at_least(filter_rows(foreign, kinds=INVESTMENT_KINDS), "agreement")
    secured = stages.not_halted(invested)
    lost = invested.drop(secured.index)
    context = with_partner(filter_rows(tables["initiatives"], states=state, scope="context"))
    if len(secured):
        is_are = "is" if len(secured) == 1 else "are"
        why = f"{pluralize(len(secured), 'investment')} with a foreign partner {is_are} on record: "
        why += "; ".join(row.title + _running_words(row) for row in secured.itertuples())
        why += f"; {len(lost)} more came to a halt" if len(lost) else ""
    elif len(lost):
        why = f"Only halted ones: {'; '.join(lost['title'])}"
    else:
        why = (
            f"None is recorded in {name}. Initiatives with a foreign partner: {len(foreign)}, none with "
            "money or plant at agreement or above; initiatives on other subjects, which do not count: "
            f"{len(context)}. Absence is no proof"
        )
    return Finding(
        "supported" if len(secured) else "mixed" if len(lost) else "not decidable",
        f"{why}.",
        {
            "initiatives with a foreign partner": len(foreign),
            "investments that stand": len(secured),
            "investments that were halted": len(lost),
            "initiatives on other subjects, not counted": len(context),
        },
        ids_of(invested if len(invested) else foreign),
        would_decide="A report that the plant has closed."
        if len(secured)
        else f"A signed investment in these minerals that names a site in {name}.",
    )


def _running_words(row: Any) -> str:
    """Say when it was last confirmed that one of the works runs; nothing of what does not run."""
    if row.stage != stages.LADDER[-1]:
        return ""
    if not row.confirmed_by:
        return " (never confirmed to run)"
    return f" (last confirmed to run: {format_date(row.last_confirmed, row.confirmed_precision)})"


def _deals_without_china(initiatives: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Return Japan's deals on sources outside China, and the countries that they are with."""
    deals = filter_rows(initiatives, partners="JPN", segments=SOURCES)
    deals = deals.drop(filter_rows(deals, partners="CHN").index)
    deals = at_least(stages.not_halted(deals), "agreement")
    countries = set().union(*deals["partners"]) - {"JPN"}
    return deals, countries | ({"IND"} if len(filter_rows(deals, scope=MINERALS)) else set())


@check_for("japan-leaves-china")
def japan_leaves_china(tables: Evidence) -> Finding:
    """Compare deeds (sources outside China) with shares; both must point one way."""
    deals, countries = _deals_without_china(tables["initiatives"])
    change = supply.japan_change(tables["japan_dependence"])
    fell = change[change["change_points"] <= -MARGIN_POINTS]
    rose = change[
        (change["change_points"] >= MARGIN_POINTS) | (change["rise_from_lowest_points"] >= MARGIN_POINTS)
    ]
    spread = len(countries) >= MIN_COUNTRIES
    if change.empty:
        verdict = "not decidable"
    elif spread and len(fell) and not len(rose):
        verdict = "supported"
    else:
        verdict = "mixed" if spread or len(fell) else "contradicted"
    measured = [one for ids in change["estimate_ids"] for one in ids]
    parts = [
        f"{row.first_pct:g} % in {row.first_year} to {row.last_pct:g} % in {row.last_year}"
        for row in change.itertuples()
    ]
    return Finding(
        verdict,
        f"Deeds: {pluralize(len(deals), 'deal')} at agreement or above that no row records as halted, with "
        f"{len(countries)} countries. Shares from China, each by its own definition: "
        f"{'; '.join(parts) or 'no definition with two years'}. "
        f"{len(fell)} fell and {len(rose)} rose by {MARGIN_POINTS:g} points or more.",
        {
            "deals not recorded as halted": len(deals),
            "countries": len(countries),
            "definitions with two years": len(change),
            "definitions that fell": len(fell),
            "definitions that rose": len(rose),
        },
        ids_of(deals),
        rows=tuple(f"japan_dependence: {one}" for one in measured),
        links=links_of(filter_rows(tables["japan_dependence"], estimate_id=measured)),
        would_decide="One series by one definition from 2008 to today.",
    )


@check_for("japan-through-states")
def japan_through_states(tables: Evidence) -> Finding:
    """Supported by a state-led deal at agreement or above; mixed if others lead one that lies in a state."""
    ties = filter_rows(tables["events"], scope="rare_earth", partners="JPN")
    of_union = int((~ties["states"].astype(bool)).sum())
    n_states = len(set().union(*ties["states"]))
    initiatives = filter_rows(tables["initiatives"], partners="JPN", scope="rare_earth")
    initiatives = initiatives[initiatives["states"].astype(bool)]
    led = filter_rows(initiatives, level="state")
    led_bound = at_least(stages.not_halted(led), "agreement")
    bound = at_least(stages.not_halted(initiatives), "agreement")
    if len(led_bound):
        verdict = "supported"
    elif len(bound):
        verdict = "mixed"
    else:
        verdict = "contradicted" if len(ties) and not len(initiatives) else "not decidable"
    words = {code: label.lower() for code, label in codebook.labels("stage").items()}
    reached = ", ".join(f"{row.title} ({words[row.stage]})" for row in bound.itertuples()) or "none"
    return Finding(
        verdict,
        f"Led by a state: {pluralize(len(led), 'initiative')}, {len(led_bound)} with an agreement. Placed in "
        f"a state, at agreement or above, whoever leads: {reached}. Japan's rare-earth events name "
        f"{pluralize(n_states, 'state')}; {pluralize(of_union, 'event')} named none.",
        {
            "initiatives led by a state": len(led),
            "of these with an agreement": len(led_bound),
            "initiatives in a state with an agreement": len(bound),
            "events of the Union alone": of_union,
            "states named": n_states,
        },
        ids_of(initiatives),
        would_decide="An instrument on rare earths that a state itself signs with a Japanese partner.",
    )


@check_for("critical-list-begun")
def list_begun(tables: Evidence) -> Finding:
    """Supported by three measures of the Union that were decided after the list; mixed by fewer."""
    start = filter_rows(tables["events"], initiative_id=LIST, stage="in_force")
    if start.empty:
        return Finding("not decidable", "The list was not out by that day.", would_decide="Its publication.")
    own = filter_rows(tables["initiatives"], level="national", scope=MINERALS)
    own = own[~own["partners"].astype(bool) & (own["first_date"] >= start["date"].min())]
    own = filter_rows(own[own["initiative_id"] != LIST], group=("project", "policy"))
    decided = filter_rows(own, stage=DECIDED)
    running = at_least(own, "operating")
    enough = len(decided) >= MIN_MEASURES
    return Finding(
        "supported" if enough else "mixed" if len(decided) else "not decidable",
        f"Measures of the Union begun since the list: {group_words(own['group'])}; approved or in force: "
        f"{len(decided)} "
        f"({MIN_MEASURES} are asked for); with output: {len(running)}. Begun is not delivered.",
        {
            "measures begun since the list": len(own),
            "approved or in force": len(decided),
            "with output": len(running),
        },
        tuple(sorted({*start["event_id"], *ids_of(decided)})),
        would_decide="Output from a block, plant or scheme that began after the list.",
    )


@check_for("strategy-decentralising")
def decentralising(tables: Evidence) -> Finding:
    """Compare the share of states among new initiatives of states and Union, recent years against before."""
    # A dialogue or a dispute is no strategy.
    groups = ("project", "policy")
    new = filter_rows(tables["initiatives"], level=("state", "national"), scope=MINERALS, group=groups)
    day = stages.resolve_as_of(tables["events"], tables.as_of)
    splits = [_split(new, day.year, years) for years in RECENT_YEARS]
    middle = splits[len(splits) // 2]
    figures = {
        "years counted as recent": middle["years"],
        "state-led before": middle["before"],
        "of, before": middle["n_before"],
        "state-led recently": middle["now"],
        "of, recently": middle["n_now"],
    }
    changed = {name: middle[name] for name in ("change", "low", "high") if name in middle}
    figures |= {f"{name}, points": round(points, 1) for name, points in changed.items()}
    verdict = "not decidable"
    why = (
        f"Led by a state: {middle['before']} of {middle['n_before']} projects, schemes and laws of states "
        f"and Union up to {day.year - middle['years']}, {middle['now']} of {middle['n_now']} later"
    )
    if any(min(split["n_before"], split["n_now"]) < MIN_INITIATIVES for split in splits):
        why += f"; fewer than {MIN_INITIATIVES} in a period say nothing."
    else:
        if all(split["low"] > 0 for split in splits):
            verdict = "supported"
        elif all(split["high"] < 0 for split in splits):
            verdict = "contradicted"
        why += (
            f": {middle['change']:+.0f} points (95 % interval {middle['low']:+.0f} to "
            f"{middle['high']:+.0f}). The sign must hold with {', '.join(map(str, RECENT_YEARS))} years "
            "counted as recent. The interval covers chance, not which news was found: searches were densest "
            "for the last years and for three states."
        )
    return Finding(
        verdict,
        why,
        figures,
        tuple(sorted(filter_rows(tables.first_steps, initiative_id=new["initiative_id"])["event_id"])),
        would_decide="A full list of initiatives by year, not one that grew from searches on a few states.",
    )


def _split(initiatives: pd.DataFrame, last: int, years: int) -> dict[str, Any]:
    """Return counts, and the change in points with its interval, of the last years against all before."""
    recent = initiatives["first_date"].dt.year > last - years
    led = initiatives["level"] == "state"
    before, n_before = int((led & ~recent).sum()), int((~recent).sum())
    now, n_now = int((led & recent).sum()), int(recent.sum())
    split = {"years": years, "before": before, "n_before": n_before, "now": now, "n_now": n_now}
    if not (n_before and n_now):
        return split
    points = (100 * share for share in difference(before, n_before, now, n_now))
    return split | dict(zip(("change", "low", "high"), points, strict=True))
