"""Pictures of who: partners by states, and who leads."""

from __future__ import annotations

from .. import style
from ..partners import UNION, matrix
from ._base import SOURCE, framed

_BLUES = ("#eef3f9", "#dbe6f3", "#b3cbe6", "#83a9d3", "#4f82bd", "#2a5a97")


def partner_matrix(ties, partners, states, as_of=None):
    """Draw how many reported events tie each partner to each state, or to the Union alone.

    Parameters
    ----------
    ties : DataFrame
        As from `mineralmap.partners.edges`, of events of one scope.
    partners : DataFrame
        As from `mineralmap.load_partners` (``iso3, name``).
    states : DataFrame
        As from `mineralmap.load_states` (``state_iso, state``).
    as_of : str or date, optional
        Day to write on the picture; the newest tie if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    from matplotlib.patches import Rectangle

    from .. import ladder

    counts = matrix(ties)
    names = partners.set_index("iso3")["name"]
    places = states.set_index("state_iso")["state"]
    codes = [code for code in counts.columns if code != UNION]
    day = ladder.as_date(as_of) if as_of is not None else ties["last_date"].max()
    height = 2.3 + 0.29 * len(counts)
    figure, axes = framed(
        2.6 + 1.15 * max(len(counts.columns), 5),
        height,
        _matrix_title(counts, codes, names),
        "Reported events that name the partner, by the state they lie in or whose government takes part; "
        f"an event that names two states counts in both. Newest: {style.date_words(day)}.",
        SOURCE,
    )
    box = axes.get_position()
    axes.set_position([0.02, box.y0, 0.96, box.height - 0.02])
    label, gap = 2.0, 0.25
    xs = [label + number + (gap if code == UNION else 0) for number, code in enumerate(counts.columns)]
    deep = counts.to_numpy().max()
    for row, code in enumerate(counts.index):
        bold = code in style.PARTNER_COLOURS
        axes.text(
            label - 0.12,
            row + 0.5,
            names.get(code, code),
            ha="right",
            va="center",
            fontsize=10,
            color=style.PARTNER_COLOURS.get(code, "black"),
            fontweight="bold" if bold else "normal",
        )
        for x, column in zip(xs, counts.columns, strict=True):
            n = counts.loc[code, column]
            shade = min(int(n / max(deep, 1) * (len(_BLUES) - 1) + 0.999), len(_BLUES) - 1)
            fill = _BLUES[shade] if n else "white"
            axes.add_patch(Rectangle((x, row), 1, 1, facecolor=fill, edgecolor="#dfe3e8", lw=0.7))
            if n:
                ink = "white" if shade >= 4 else "black"
                axes.text(x + 0.5, row + 0.5, str(n), ha="center", va="center", fontsize=10, color=ink)
    for x, column in zip(xs, counts.columns, strict=True):
        words = "No state\nnamed" if column == UNION else places.get(column, column).replace(" ", "\n")
        axes.text(x + 0.5, -0.2, words, ha="center", va="bottom", fontsize=9.5)
    axes.set_xlim(0, xs[-1] + 1.05)
    axes.set_ylim(len(counts) + 0.1, -1.7)
    axes.set_xticks([])
    axes.set_yticks([])
    return figure


def _matrix_title(counts, codes, names):
    with_state = counts.index[counts[codes].sum(axis=1) > 0]
    if not len(with_state):
        return f"None of {len(counts)} partners is tied to a state; all deal with the Union"
    sums = counts[codes].sum(axis=1)
    top = sums.idxmax()
    return (
        f"{len(with_state)} of {len(counts)} partners are tied to a state; {names.get(top, top)} has "
        f"{sums[top]} of the {sums.sum()} state ties"
    )


def leaders(frame, as_of=None, subject="rare-earth events"):
    """Draw the shares of cases led by states, by the Union and by companies, with intervals.

    Parameters
    ----------
    frame : DataFrame
        As from `mineralmap.partners.leaders`.
    as_of : str or date, optional
        Day to write on the picture.
    subject : str
        What was counted, in words.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. Periods below the least number of cases say so.
    """
    from .. import ladder

    periods = list(dict.fromkeys(frame["period"]))
    state = frame[(frame["level"] == "state") & frame["share"].notna()]
    title = "Too few cases to say who leads"
    if len(state):
        low, high = state.loc[state["share"].idxmin()], state.loc[state["share"].idxmax()]
        title = (
            f"States led {low['share']:.0%} to {high['share']:.0%} of {subject}, most in "
            f"{_dashed(high['period'])}; the intervals are wide"
        )
    day = f" Until {style.date_words(ladder.as_date(as_of))}." if as_of is not None else ""
    figure, axes = framed(
        9.5,
        2.1 + 0.36 * len(periods),
        title,
        f"Share of {subject} by who leads the initiative, in per cent, with Wilson's 95 % interval; "
        f"cases led by several countries count in n and are not drawn.{day}",
        SOURCE,
    )
    box = axes.get_position()
    axes.remove()
    levels = (("state", "State-led"), ("national", "Union-led"), ("company", "Company-led"))
    colours = (style.OKABE_ITO["blue"], style.OKABE_ITO["orange"], style.OKABE_ITO["green"])
    for number, ((level, words), colour) in enumerate(zip(levels, colours, strict=True)):
        panel = figure.add_axes((0.19 + number * 0.267, box.y0 + 0.05, 0.245, box.height - 0.14))
        rows = frame[frame["level"] == level].set_index("period").loc[periods]
        for at, row in enumerate(rows.itertuples()):
            if row.share != row.share:
                panel.text(50, at, "too few", ha="center", va="center", fontsize=9, color="#777777")
                continue
            panel.plot([100 * row.low, 100 * row.high], [at, at], color=colour, lw=2.2, alpha=0.55)
            panel.plot([100 * row.share], [at], "o", color=colour, ms=7)
        panel.set_title(words, loc="left", fontsize=10.5, fontweight="bold")
        panel.set_xlim(-3, 100)
        panel.set_xticks([0, 25, 50, 75])
        panel.set_ylim(len(periods) - 0.4, -0.6)
        panel.set_yticks(range(len(periods)))
        labels = [f"{_dashed(name)}  (n = {n})" for name, n in zip(periods, rows["n"], strict=True)]
        panel.set_yticklabels(labels if number == 0 else [])
        panel.grid(axis="x", color="#e6e8ea", lw=0.8)
        panel.spines[:].set_visible(False)
        panel.tick_params(length=0, labelsize=9.5)
    return figure


def _dashed(period):
    return period.replace("-", "–")
