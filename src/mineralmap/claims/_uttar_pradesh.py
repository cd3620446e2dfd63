"""Checks of the claims about Uttar Pradesh: what it seeks, where it talked, what it could gain."""

from __future__ import annotations

from .. import geography, ladder
from . import Finding
from ._rules import at_least, counted, having, ids_of, links_of, standing, wilson

UP = "IN-UP"
TALKS = "up-japan-rare-earth-magnet-talks"
#: Bodies that speak for the state; a company's own talks are not the state seeking a partner.
STATE_BODIES = ("Government of Uttar Pradesh", "Invest UP", "UPNEDA", "YEIDA")
#: Two independent witnesses carry a reading: one page can be a copy or a dateline.
MIN_WITNESSES = 2
#: From here a state is called rich: half of what the poorest coastal state of the complete split of
#: 2013 holds (Kerala, 1.90 Mt).
RICH_MT = 1.0
#: Parts of the chain that the claim means.
PLANTS = ("separation", "magnet")
COUNTED = ("rare_earth", "critical_minerals")


def seeks_japan(tables, as_of):
    """Supported if the state's own bodies dealt with Japan on all three subjects; mixed if on some."""
    led = having(tables.events, states=UP, partners="JPN", actors=STATE_BODIES)
    text = led["title"] + " " + led["summary"]
    subjects = {
        "rare earths": led[led["scope"] == "rare_earth"],
        "electric vehicles": having(led, segments="ev"),
        "pharma": led[text.str.contains(r"pharma|drug", case=False)],
    }
    met = [name for name, rows in subjects.items() if len(rows)]
    verdict = {0: "not decidable", len(subjects): "supported"}.get(len(met), "mixed")
    why = "The state's own bodies dealt with Japan on " + ", ".join(
        f"{name} in {counted(len(rows), 'event')}" for name, rows in subjects.items()
    )
    figures = {f"events on {name}": len(rows) for name, rows in subjects.items()}
    rare = subjects["rare earths"]
    if len(rare):
        later = led[led["date"] > rare["date"].max()]
        figures["later events, on other subjects"] = len(later)
        why += f"; {counted(len(later), 'later event')} on other subjects" if len(later) else ""
    used = set().union(*(rows["event_id"] for rows in subjects.values()))
    return Finding(
        verdict,
        f"{why}.",
        figures,
        tuple(sorted(used)),
        would_decide="A named Japanese partner in each field, or the state's own list without one of them.",
    )


def _witnesses(tables):
    """Return the pages that bear witness; those of the background do not (see `mineralmap.trust`)."""
    links = tables.event_sources
    return links[~links["witness"].str.startswith("context-")]


def talks_in_lucknow(tables, as_of):
    """Count independent witnesses for Lucknow and for elsewhere: two, and the majority, decide."""
    event = having(tables.events, initiative_id=TALKS, kind="talks")
    if event.empty:
        return Finding(
            "not decidable",
            "No such talks were reported by that day.",
            would_decide="A report of the talks.",
        )
    event = event.iloc[0]
    conflicts = having(tables.conflicts, event_id=event["event_id"], field="place")
    links = _witnesses(tables)
    witness = links.set_index(["event_id", "source_id"])["witness"]
    here, elsewhere = set(), set()
    for row in conflicts.itertuples():
        for value, source in ((row.value_a, row.source_a), (row.value_b, row.source_b)):
            if (event["event_id"], source) in witness.index:
                side = here if "Lucknow" in value else elsewhere
                side.add(witness[event["event_id"], source])
    # The steps before it tell where the delegation was to go.
    before = having(links, event_id=event["follows"])
    plan = before[before["supports"].fillna("").str.contains("planned delegation", case=False)]
    elsewhere |= set(plan["witness"])
    n_here, n_else = len(here), len(elsewhere)
    if n_here >= MIN_WITNESSES and n_here > n_else:
        verdict = "supported"
    elif n_else >= MIN_WITNESSES and n_else > n_here:
        verdict = "contradicted"
    else:
        verdict = "mixed" if min(n_here, n_else) >= MIN_WITNESSES else "not decidable"
    dated = "" if as_of is None else " that carry a date by then"
    why = (
        f"Independent witnesses{dated}: {n_here} for Lucknow, {n_else} for Japan (the meetings, or the "
        f"journey as announced); {MIN_WITNESSES} or more on one side are asked for."
    )
    if as_of is None and len(conflicts):
        # Why one reading was chosen was written with all pages at hand, so it is not quoted for a past day.
        why += f" {conflicts['why'].iloc[0].rstrip('.')}."
    return Finding(
        verdict,
        why,
        {"witnesses for Lucknow": n_here, "witnesses for Japan": n_else},
        (event["event_id"], *sorted(set(plan["event_id"]))),
        would_decide="The newspaper's own page of 30 July 2025, or the state's note with day and place.",
    )


def neighbours_monazite(tables, as_of):
    """Supported if a neighbour has a coast and, on it, `RICH_MT` or more of monazite."""
    near = geography.neighbours(tables.states, UP)
    coastal = [code for code in near if geography.is_coastal(tables.coastline, code)]
    rows = having(tables.monazite, state_iso=near)
    sands = rows[rows["setting"].fillna("").str.contains("coast|beach", case=False)]
    sands = sands[sands["state_iso"].isin(coastal)]
    rich = sands[sands["monazite_mt"] >= RICH_MT]
    verdict = "supported" if len(rich) else "mixed" if len(sands) else "contradicted"
    inland = rows[~rows.index.isin(sands.index)]
    most = inland["monazite_mt"].max() if len(inland) else 0.0
    has = "has" if len(coastal) < 2 else "have"
    why = f"Of its {len(near)} neighbours {len(coastal) or 'none'} {has} a coast"
    if len(inland):
        names = " and ".join(sorted(set(inland["state"])))
        why += f"; the only monazite recorded in them is inland ({names}, {most:g} Mt)"
    return Finding(
        verdict,
        f"{why}.",
        {"neighbours": len(near), "neighbours with a coast": len(coastal), "inland monazite, Mt": most},
        rows=(
            f"states: {UP} and {', '.join(near)}",
            *(f"monazite: {row.state_iso}, {row.as_of}" for row in inland.itertuples()),
        ),
        links=links_of(inland),
        would_decide="Nothing short of other boundaries.",
    )


def tied_to_quad(tables, as_of):
    """Supported by a direct tie; mixed if only side talks are tied, by two witnesses; else undecided."""
    talks = having(tables.events, initiative_id=TALKS)
    direct = having(talks, blocs="QUAD")
    quad = set(having(tables.initiatives, blocs="QUAD")["initiative_id"])
    links = tables.links
    tied = links[
        ((links["initiative_id"] == TALKS) & links["linked_id"].isin(quad))
        | ((links["linked_id"] == TALKS) & links["initiative_id"].isin(quad))
    ]
    side = having(tables.events, states=UP, partners="JPN", blocs="QUAD", scope=COUNTED)
    side = side[side["initiative_id"] != TALKS]
    witnesses = having(_witnesses(tables), event_id=set(side["event_id"]))["witness"].nunique()
    national = having(tables.events, partners="JPN", blocs="QUAD", scope=COUNTED)
    national = national[~national["event_id"].isin(side["event_id"])]
    if len(direct) or len(tied):
        verdict = "supported"
    else:
        verdict = "mixed" if len(side) and witnesses >= MIN_WITNESSES else "not decidable"
    return Finding(
        verdict,
        f"Steps and links of the talks that name the Quad: {len(direct) + len(tied)}. Other meetings with "
        f"Japan in the state that name it: {len(side)} (witnesses: {witnesses}; {MIN_WITNESSES} are asked "
        f"for). Events of the Union with Japan that name it: {len(national)}; the same subject at the same "
        "time is no tie.",
        {
            "direct ties": len(direct) + len(tied),
            "side meetings that name the Quad": len(side),
            "witnesses of these": int(witnesses),
            "national events that name the Quad": len(national),
        },
        tuple(sorted({*talks["event_id"], *side["event_id"], *national["event_id"]})),
        would_decide="A text of the Quad, the Union or the state that makes the talks part of it.",
    )


def plant_possible(tables, as_of):
    """Supported once a joint instrument for a plant exists in the state; before that it stays open."""
    plants = having(tables.initiatives, states=UP, segments=PLANTS, scope=COUNTED)
    joint = having(plants, partners="JPN")
    bound = at_least(standing(joint), "agreement")
    # What became of others: threads with a foreign partner that were first seen below an agreement.
    moves = ladder.moves(tables.events).drop_duplicates("initiative_id")
    entered = moves.loc[moves["stage"].isin(ladder.LADDER[:3]), "initiative_id"]
    base = having(tables.initiatives, segments=(*PLANTS, "metal", "mining", "recycling"), scope=COUNTED)
    base = base[base["initiative_id"].isin(entered) & base["partners"].astype(bool)]
    built = at_least(base, "construction")
    figures = {
        "threads in the state on refining or magnets": len(plants),
        "of these with Japan": len(joint),
        "of these with an agreement": len(bound),
        "threads with a foreign partner that began as talk": len(base),
        "of these that reached construction": len(built),
    }
    rate = ""
    if len(base):
        low, high = wilson(len(built), len(base))
        rate = (
            f" Of {len(base)} threads anywhere in India with a foreign partner that began as talk, "
            f"{len(built)} reached construction so far (95 % interval {low:.0%} to {high:.0%})."
        )
    why = (
        f"Threads in the state about refining or magnets: {len(plants)}; with Japan: {len(joint)}; with "
        f"Japan and a signed agreement: {len(bound)}.{rate}"
    )
    return Finding(
        "supported" if len(bound) else "not decidable",
        why,
        figures,
        tuple(sorted({*ids_of(plants), *ids_of(built)})),
        would_decide="A signed instrument with a Japanese holder of the technology and a named site, or an "
        "award of the magnet scheme to a site in the state.",
    )


CHECKS = {
    "neighbours-monazite-coast": neighbours_monazite,
    "talks-in-lucknow": talks_in_lucknow,
    "talks-tied-to-quad": tied_to_quad,
    "up-plant-possible": plant_possible,
    "up-seeks-japan": seeks_japan,
}
