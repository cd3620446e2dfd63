"""What is told of Uttar Pradesh and Japan alone: events with their sentences, and reasons for a tie."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["AFTER", "ASSETS", "CONFERENCE", "DIALOGUE", "QUAD", "RESTS_ON", "TALKS", "WEIGHED", "Reason"]


#: The meeting of the national dialogue in the week of the talks.
CONFERENCE = "dl-japan-battery-minerals-conference-2025-07"


class Reason(NamedTuple):
    """Why an event speaks for a tie, or against it."""

    event_id: str
    speaks_for: bool
    why: str


ASSETS = (
    (
        "up-nawatola-laband-ree-auction-2025-05",
        "{when} Hindustan Zinc became preferred bidder for the Nawatola-Laband rare-earth block in"
        " Sonbhadra; a licence was not"
        " found",
    ),
    (
        "up-hzl-ree-letter-of-intent-2025-07",
        "{when} Hindustan Zinc was reported to have a letter of intent for a rare-earth block that the page does not"
        " name",
    ),
    (
        "up-batx-rocklink-magnet-recycling-2025-07",
        "{when} BatX and Rocklink of Germany announced a memorandum on the recycling of magnets, without a"
        " site; it is counted here because it builds on a cluster in Uttar Pradesh",
    ),
    (
        "up-lohum-magnet-plant-announced-2025-11",
        "{when} Lohum announced a magnet plant of {amount} crore rupees and {capacity} tonnes a year,"
        " without a site or a Japanese"
        " partner",
    ),
    (
        "in-rare-earth-corridors-budget-2026-02",
        "{when} the Union Budget proposed rare-earth corridors in four coastal states; Uttar Pradesh is not"
        " among them",
    ),
    (
        "up-lohum-rare-earth-proposal-2026-03",
        "{when} the chief minister still called the plant of Lohum a proposal",
    ),
    (
        "in-lohum-ecms-approval-2026-03",
        "{when} the electronics ministry approved Lohum for magnets, without naming a place; that it is"
        " this plant is an inference",
    ),
    (
        "repm-bids-2026-08",
        "{when} the bids for the Centre's magnet scheme were opened, one of a sister firm of Lohum among"
        " them; no award is known",
    ),
)

TALKS = (
    (
        "up-japan-ambassador-lucknow-2025-07",
        "{when} Japan's ambassador and the chief minister met in Lucknow and agreed that a team of the"
        " state would go to Japan;"
        " the readout does not list rare earths",
    ),
    (
        "up-lohum-japan-delegation-2025-07",
        "{when} officials from Japan visited the site of Lohum in Greater Noida; no agreement was announced",
    ),
    (
        "up-japan-delegation-rare-earth-talks-2025-07",
        "{when} a team of the state listed rare-earth magnets among its fields; no Japanese rare-earth firm"
        " is named. A summary of"
        " the first report says that this was in Lucknow, others name Osaka and Tokyo",
    ),
    (
        "up-yamanashi-officials-visit-2025-07",
        "a release of Yamanashi Prefecture shows the same offices of the state there {when}; it names"
        " hydrogen, tourism, farming"
        " and industry",
    ),
)

AFTER = (
    ("up-escorts-kubota-land-2025-08", "{when} land for a tractor plant of Escorts Kubota was allotted"),
    ("up-kpia-virtual-meeting-2025-10", "{when} the state met Japanese pharma firms online"),
    (
        "up-cm-tokyo-mous-2026-02",
        "{when} the chief minister signed memoranda of about {amount} crore rupees in Tokyo, none on rare"
        " earths",
    ),
    (
        "up-japan-visit-total-2026-02",
        "{when} the state claimed memoranda of {amount} crore; those that it named add up to a small part"
        " of that",
    ),
    (
        "up-yamanashi-hydrogen-mou-2026-02",
        "{when} it signed a memorandum on hydrogen with Yamanashi, whose governor proposed to bring 200 chief"
        " executives in August",
    ),
    (
        "up-yamanashi-delegation-delhi-2026-08",
        "{when} a delegation with Yamanashi in it was in New Delhi; critical minerals were named once, for"
        " India as a whole",
    ),
    (
        "up-japan-projects-launch-2026-08",
        "{when} the state and Japan launched factory projects of {amount} crore; only a headline and a"
        " first sentence could be"
        " read, and they name no firm, site or product",
    ),
    (
        "up-yamanashi-four-mous-2026-08",
        "{when} the state and Yamanashi agreed four memoranda and announced a fund of {amount} crore for"
        " small firms; rare earths"
        " are not named in what could be read",
    ),
)

DIALOGUE = (
    ("ind-jpn-econ-security-1-2024-11", "{when} the two governments opened a dialogue on economic security"),
    (
        CONFERENCE,
        "{when} Japan's embassy in New Delhi hosted a conference on batteries and critical minerals",
    ),
    (
        "ind-jpn-moc-2025-08",
        "{when} the two governments signed a memorandum on minerals; no state is named in the pages read",
    ),
    ("ind-jpn-jwg-2026-01", "{when} they agreed on a working group; a sitting of it was not found"),
    (
        "ind-jpn-summit16-2026-07",
        "{when} they made a joint declaration, which names neither rare earths nor a state in the pages read",
    ),
)

QUAD = (
    (
        "quad-cmi-2025-07",
        "{when} the foreign ministers of Australia, India, Japan and the United States launched a minerals"
        " initiative",
    ),
    (
        "quad-framework-2026-05",
        "{when} they adopted a framework; digests give up to {amount} billion US dollars, to be mobilised"
        " and not committed, and of"
        " the official text only the title was seen",
    ),
)

WEIGHED = tuple(
    Reason(*one)
    for one in (
        (
            CONFERENCE,
            True,
            "A meeting of the national dialogue; two days later the ambassador was in Lucknow.",
        ),
        (
            "up-japan-ambassador-lucknow-2025-07",
            True,
            "With the ambassador of the other government it was decided that a team of the state would go"
            " to Japan.",
        ),
        (
            "up-lohum-japan-delegation-2025-07",
            True,
            "Japan's economy ministry and public lenders met a company of the state. One copy of its"
            ' statement adds "and the Quad'
            ' group".',
        ),
        (
            "up-japan-delegation-rare-earth-talks-2025-07",
            True,
            "Rare-earth magnets are listed in the month in which the Quad began its initiative.",
        ),
        (
            "ind-jpn-esi-2025-08",
            True,
            "The national dialogue names work through the Quad as one of its ways.",
        ),
        ("quad-cmi-2025-07", False, "No Indian state is named in the pages read."),
        (
            "up-japan-ambassador-lucknow-2025-07",
            False,
            "The readout names hydrogen, electronics and semiconductors, not rare earths.",
        ),
        ("ind-jpn-moc-2025-08", False, "No state is named in the pages read."),
        ("ind-jpn-esi-2025-08", False, "The project that it names lies in Andhra Pradesh."),
        (
            "up-lohum-magnet-plant-announced-2025-11",
            False,
            "The magnet plant announced in the state names no Japanese partner.",
        ),
        (
            "in-rare-earth-corridors-budget-2026-02",
            False,
            "Four coastal states; Uttar Pradesh is not among them.",
        ),
        ("up-cm-tokyo-mous-2026-02", False, "The chief minister signs in Tokyo: no rare earths, no magnets."),
        ("rj-japan-exploration-talks-2026-03", False, "Japan's reported wish to explore is for Rajasthan."),
        ("quad-framework-2026-05", False, "No Indian state is named in the pages read."),
        ("ind-jpn-summit16-2026-07", False, "No state is named in the pages read."),
        (
            "up-yamanashi-four-mous-2026-08",
            False,
            "Rare earths are not named in what was read of the report.",
        ),
    )
)

#: Event id -> phrases of its row.
RESTS_ON = {
    "up-nawatola-laband-ree-auction-2025-05": ("preferred bidder", "could not be confirmed"),
    "up-hzl-ree-letter-of-intent-2025-07": ("does not name the block",),
    "up-batx-rocklink-magnet-recycling-2025-07": (
        "site of the new refining plant is not stated",
        "only the existing cluster is in Uttar Pradesh",
    ),
    "up-lohum-magnet-plant-announced-2025-11": ("site not stated", "No Japanese partner"),
    "in-rare-earth-corridors-budget-2026-02": (
        "four coastal states",
        "Uttar Pradesh and Rajasthan are not among",
    ),
    "up-lohum-rare-earth-proposal-2026-03": ("still called a proposal",),
    "in-lohum-ecms-approval-2026-03": ("names no place", "is an inference"),
    "repm-bids-2026-08": ("no award",),
    "up-japan-ambassador-lucknow-2025-07": (
        "not among the sectors",
        "hydrogen, electronics and semiconductors",
    ),
    "up-lohum-japan-delegation-2025-07": (
        "All from a company statement",
        "One copy adds 'and the Quad group'",
        "No agreement was announced",
    ),
    "up-japan-delegation-rare-earth-talks-2025-07": (
        "Osaka",
        "No Japanese rare-earth company or agency is named",
        "says Lucknow",
        "could not be read",
    ),
    "up-yamanashi-officials-visit-2025-07": ("hydrogen, tourism, farming, industry", "same three offices"),
    "up-escorts-kubota-land-2025-08": ("acres", "tractor"),
    "up-kpia-virtual-meeting-2025-10": ("online",),
    "up-cm-tokyo-mous-2026-02": ("None of the listed sectors is rare earths",),
    "up-japan-visit-total-2026-02": ("add up to about INR 11,000 crore",),
    "up-yamanashi-hydrogen-mou-2026-02": ("200 Japanese chief executives to UP in August",),
    "up-yamanashi-delegation-delhi-2026-08": ("named once", "for India as a whole"),
    "up-japan-projects-launch-2026-08": ("are not named in headline or first sentence",),
    "up-yamanashi-four-mous-2026-08": ("are not named in headline or first sentence",),
    "ind-jpn-jwg-2026-01": ("working group", "first sitting was not found"),
    "ind-jpn-summit16-2026-07": ("do not name rare earths",),
    "quad-framework-2026-05": ("only their titles were seen", "not committed"),
    "ind-jpn-esi-2025-08": ("the Quad initiative", "Andhra Pradesh"),
    "rj-japan-exploration-talks-2026-03": ("Rajasthan",),
}
