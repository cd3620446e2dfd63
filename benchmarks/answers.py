"""How long the answers take on the real tables: follow-through, ties, supply, claims, outlook.

    python benchmarks/answers.py

Libraries and tables are loaded before; each line is the median of five calls in one process. The
peer is one plain pandas job on the same events, so that a slow machine shows in both.
"""

import statistics
import time

import mineralmap as mm


def median(call, runs=5):
    """Return the median seconds of a call."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main():
    """Measure and print a table."""
    events, initiatives = mm.load_events(), mm.load_initiatives()
    rare = mm.load_events(scope="rare_earth")
    states = mm.load_states()
    factors = mm.load_chain_factors()
    calls = {
        "load_initiatives()": mm.load_initiatives,
        'load_initiatives(as_of="2025-07-30")': lambda: mm.load_initiatives(as_of="2025-07-30"),
        "explain(...)": lambda: mm.explain("irel-kanniyakumari-mine"),
        "changes(...)": lambda: mm.changes("2026-03-31"),
        "follow_through.follow_through(...)": lambda: mm.follow_through.follow_through(events, initiatives),
        "outlook()": mm.outlook,
        "ties.partner_ties(...)": lambda: mm.ties.partner_ties(rare),
        "geography.neighbours(...)": lambda: mm.neighbours(states, "IN-UP"),
        "supply.chain(...)": lambda: mm.supply.chain(factors),
        "claims.check_all()": mm.claims.check_all,
        "validate()": mm.validate,
    }
    peer = median(lambda: rare.explode("partners").explode("states").groupby("partners").size())
    for call in calls.values():
        call()
    print("| call | median s | times one explode and count in pandas |\n|---|---|---|")
    for name, call in calls.items():
        seconds = median(call)
        print(f"| `{name}` | {seconds:.3f} | {seconds / peer:,.0f} |")


if __name__ == "__main__":
    main()
