"""How long the answers take on the real tables: follow-through, ties, supply, claims, outlook.

    python benchmarks/answers.py

Libraries and tables are loaded before; each line is the least processor time of so many calls in one
process, with the peer between them: what else a machine does can only add to it. The peer is one plain
pandas job on the same events.
"""

import time

import mineralmap as mm

RUNS = 15
#: At most so many times the peer.
WANTED = {"load_initiatives()": 3, "follow_through.follow_through(...)": 20, "claims.check_all()": 10}


def spent(call):
    """Return the processor seconds of a call."""
    start = time.process_time()
    call()
    return time.process_time() - start


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
    peer = "explode twice, group, count"
    calls[peer] = lambda: rare.explode("partners").explode("states").groupby("partners").size()
    least = dict.fromkeys(calls, float("inf"))
    for _ in range(RUNS):
        for name, call in calls.items():
            least[name] = min(least[name], spent(call))
    print("| call | least CPU s | times one explode and count in pandas | wanted |\n|---|---|---|---|")
    for name, seconds in least.items():
        wanted = f"at most {WANTED[name]}" if name in WANTED else ""
        print(f"| `{name}` | {seconds:.4f} | {seconds / least[peer]:.1f} | {wanted} |")


if __name__ == "__main__":
    main()
