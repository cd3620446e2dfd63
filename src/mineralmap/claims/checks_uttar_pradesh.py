"""Checks of the claims about Uttar Pradesh: what it seeks, where it talked, what it could gain."""

from __future__ import annotations

import pandas as pd

from .. import attestation, geography, stages
from ..frames import filter_rows
from ..text import join_words, pluralize
from .evidence import MINERALS, Evidence, at_least, ids_of, links_of, with_partner
from .findings import Finding, check_for
from .intervals import wilson

UP = "IN-UP"
TALKS = "up-japan-rare-earth-magnet-talks"
#: Two independent origins carry a reading: one page can be a copy or a dateline.
MIN_ORIGINS = 2
#: From here a state is called rich: half of what the poorest coastal state of the complete split of
#: 2013 holds (Kerala, 1.90 Mt).
RICH_MT = 1.0
#: What comes to works, be it begun as a deal; a laboratory or a block does not.
WORKS = (*stages.WORKS, "venture", "supply")
#: Parts of the chain that the claim means.
PLANTS = ("separation", "magnet")


@check_for("up-seeks-japan")
def seeks_japan(tables: Evidence) -> Finding:
    """Supported if the state's own bodies dealt with Japan on all three subjects; mixed if on some."""
    # A company's own talks are not the state seeking a partner.
    bodies = filter_rows(tables["actors"], state_iso=UP, kind="state_body")["name"]
    led = filter_rows(tables["events"], states=UP, partners="JPN", actors=tuple(bodies))
    text = led["title"] + " " + led["summary"]
    subjects = {
        "rare earths": led[led["scope"] == "rare_earth"],
        "electric vehicles": filter_rows(led, segments="ev"),
        "pharma": led[text.str.contains(r"pharma|drug", case=False)],
    }
    met = [name for name, rows in subjects.items() if len(rows)]
    why = "The state's own bodies dealt with Japan on " + ", ".join(
        f"{name} in {pluralize(len(rows), 'event')}" for name, rows in subjects.items()
    )
    figures = {f"events on {name}": len(rows) for name, rows in subjects.items()}
    if len(rare := subjects["rare earths"]):
        later = led[led["date"] > rare["date"].max()]
        figures["later events, on other subjects"] = len(later)
        why += f"; {pluralize(len(later), 'later event')} on other subjects" if len(later) else ""
    return Finding(
        {0: "not decidable", len(subjects): "supported"}.get(len(met), "mixed"),
        f"{why}.",
        figures,
        tuple(sorted(set().union(*(rows["event_id"] for rows in subjects.values())))),
        would_decide="A named Japanese partner in each field, or the state's own list without one of them.",
    )


def _origins_of_place(tables: Evidence, event: pd.Series) -> tuple[set[str], set[str], pd.DataFrame]:
    """Return who places the talks in Lucknow, who elsewhere, and the pages that announced the journey."""
    pages = tables["event_sources"]
    # Who says otherwise of the place is a witness of that, too.
    of_event = filter_rows(pages, event_id=event["event_id"], role=("reports", "contradicts"))
    origin = of_event.set_index("source_id")["origin"]
    here: set[str] = set()
    elsewhere: set[str] = set()
    for row in filter_rows(tables["conflicts"], event_id=event["event_id"], field="place").itertuples():
        for value, source in ((row.value_a, row.source_a), (row.value_b, row.source_b)):
            if source in origin.index:
                (here if "Lucknow" in value else elsewhere).add(origin[source])
    # The steps before it report where the delegation was to go.
    before = attestation.reports(filter_rows(pages, event_id=event["follows"]))
    plan = before[before["supports"].fillna("").str.contains("planned delegation", case=False)]
    return here, elsewhere | set(plan["origin"]), plan


@check_for("talks-in-lucknow")
def talks_in_lucknow(tables: Evidence) -> Finding:
    """Count independent origins for Lucknow and for elsewhere: two, and the majority, decide."""
    talks = filter_rows(tables["events"], initiative_id=TALKS, kind="talks")
    if talks.empty:
        why = "No such talks were reported by that day."
        return Finding("not decidable", why, would_decide="A report of the talks.")
    event = talks.iloc[0]
    here, elsewhere, plan = _origins_of_place(tables, event)
    n_here, n_else = len(here), len(elsewhere)
    if n_here >= MIN_ORIGINS and n_here > n_else:
        verdict = "supported"
    elif n_else >= MIN_ORIGINS and n_else > n_here:
        verdict = "contradicted"
    else:
        verdict = "mixed" if min(n_here, n_else) >= MIN_ORIGINS else "not decidable"
    dated = "" if tables.as_of is None else " that carry a date by then"
    why = (
        f"Independent origins{dated}: {n_here} for Lucknow, {n_else} for Japan (the meetings, or the "
        f"journey as announced); {MIN_ORIGINS} or more on one side are asked for."
    )
    chosen = filter_rows(tables["conflicts"], event_id=event["event_id"], field="place")["why"]
    if tables.as_of is None and len(chosen):
        # Why one reading was chosen was written with all pages at hand, so it is not quoted for a past day.
        why += f" {chosen.iloc[0].rstrip('.')}."
    return Finding(
        verdict,
        why,
        {"origins for Lucknow": n_here, "origins for Japan": n_else},
        (event["event_id"], *sorted(set(plan["event_id"]))),
        would_decide="The newspaper's own page of 30 July 2025, or the state's note with day and place.",
    )


@check_for("neighbours-monazite-coast")
def neighbours_monazite(tables: Evidence) -> Finding:
    """Supported if a neighbour has a coast and, on it, `RICH_MT` or more of monazite."""
    near = geography.neighbours(tables["states"], UP)
    coastal = [code for code in near if geography.is_coastal(tables["coastline"], code)]
    rows = filter_rows(tables["monazite"], state_iso=near)
    sands = filter_rows(rows, state_iso=set(geography.beach_states(rows)) & set(coastal))
    rich = sands[sands["monazite_mt"] >= RICH_MT]
    inland = rows[~rows.index.isin(sands.index)]
    most = inland["monazite_mt"].max() if len(inland) else 0.0
    has = "has" if len(coastal) < 2 else "have"
    why = f"Of its {len(near)} neighbours {len(coastal) or 'none'} {has} a coast"
    if len(inland):
        names = join_words(sorted(set(inland["state"])))
        why += f"; the only monazite recorded in them is inland ({names}, {most:g} Mt)"
    return Finding(
        "supported" if len(rich) else "mixed" if len(sands) else "contradicted",
        f"{why}.",
        {"neighbours": len(near), "neighbours with a coast": len(coastal), "inland monazite, Mt": most},
        rows=(
            f"states: {UP} and {', '.join(near)}",
            *(f"monazite: {row.state_iso}, {row.as_of}" for row in inland.itertuples()),
        ),
        links=links_of(inland),
        would_decide="Nothing short of other boundaries.",
    )


@check_for("talks-tied-to-quad")
def tied_to_quad(tables: Evidence) -> Finding:
    """Supported by a direct tie; mixed if only side talks are tied, by two origins; else undecided."""
    events = tables["events"]
    talks = filter_rows(events, initiative_id=TALKS)
    quad = set(filter_rows(tables["initiatives"], blocs="QUAD")["initiative_id"])
    links = tables["initiative_links"]
    pairs = {*zip(links["initiative_id"], links["linked_id"], strict=True)}
    direct = len(filter_rows(talks, blocs="QUAD"))
    direct += sum(
        (one == TALKS and other in quad) or (other == TALKS and one in quad) for one, other in pairs
    )
    with_japan = filter_rows(events, partners="JPN", blocs="QUAD", scope=MINERALS)
    in_state = with_japan["event_id"].isin(filter_rows(with_japan, states=UP)["event_id"])
    side = with_japan[in_state & (with_japan["initiative_id"] != TALKS)]
    national = with_japan[~with_japan["event_id"].isin(side["event_id"])]
    pages = filter_rows(tables["event_sources"], event_id=tuple(side["event_id"]))
    origins = attestation.reports(pages)["origin"].nunique()
    several = len(side) and origins >= MIN_ORIGINS
    verdict = "supported" if direct else "mixed" if several else "not decidable"
    return Finding(
        verdict,
        f"Steps and links of the talks that name the Quad: {direct}. Other meetings with "
        f"Japan in the state that name it: {len(side)} (independent origins: {origins}; {MIN_ORIGINS} are "
        f"asked for). Events of the Union with Japan that name it: {len(national)}; the same subject at the "
        "same time is no tie.",
        {
            "direct ties": direct,
            "side meetings that name the Quad": len(side),
            "origins of these": origins,
            "national events that name the Quad": len(national),
        },
        tuple(sorted({*talks["event_id"], *with_japan["event_id"]})),
        would_decide="A text of the Quad, the Union or the state that makes the talks part of it.",
    )


@check_for("up-plant-possible")
def plant_possible(tables: Evidence) -> Finding:
    """Supported once a joint instrument for a plant exists in the state; before that it stays open."""
    initiatives = filter_rows(tables["initiatives"], scope=MINERALS)
    plants = filter_rows(initiatives, states=UP, segments=PLANTS)
    joint = filter_rows(plants, partners="JPN")
    bound = at_least(stages.not_halted(joint), "agreement")
    # What became of others: those with a foreign partner that were first seen below an agreement.
    talked = filter_rows(tables.first_steps, stage=stages.LADDER[: stages.stage_rank("agreement")])
    base = with_partner(filter_rows(initiatives, segments=(*PLANTS, "metal", "mining", "recycling")))
    base = base[base["type"].isin(WORKS) | base["type"].isna()]
    base = base[base["initiative_id"].isin(talked["initiative_id"])]
    built = at_least(base, "construction")
    rate = ""
    if len(base):
        low, high = wilson(len(built), len(base))
        rate = (
            f" Of {len(base)} mines, plants and deals anywhere in India with a foreign partner that began as "
            f"talk, {len(built)} reached construction so far (95 % interval {low:.0%} to {high:.0%})."
        )
    return Finding(
        "supported" if len(bound) else "not decidable",
        f"Initiatives in the state about refining or magnets: {len(plants)}; with Japan: {len(joint)}; with "
        f"Japan and a signed agreement: {len(bound)}.{rate}",
        {
            "initiatives in the state on refining or magnets": len(plants),
            "of these with Japan": len(joint),
            "of these with an agreement": len(bound),
            "mines, plants and deals with a foreign partner that began as talk": len(base),
            "of these that reached construction": len(built),
        },
        tuple(sorted({*ids_of(plants), *ids_of(built)})),
        would_decide="A signed instrument with a Japanese holder of the technology and a named site, or an "
        "award of the magnet scheme to a site in the state.",
    )
