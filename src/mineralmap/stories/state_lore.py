"""What is told of single states beside the general page: their own events, each with its sentence.

A sentence is shown once its event is known; ``RESTS_ON`` names the phrases of the rows on which the words
rest, so that a row that is changed stops the story (see `Story.check`).
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LORE", "RESTS_ON", "Section"]


class Section(NamedTuple):
    """A heading, its events with their sentences, and what is said after them."""

    heading: str
    steps: tuple[tuple[str, str], ...]
    #: Said while an initiative is at a stage: initiative id, stage, sentence.
    end: tuple[str, str, str] | None = None


_TAMIL_NADU = (
    Section(
        "Kanniyakumari: approved, protested, extended",
        (
            (
                "tn-kk-1144ha-reserved-2021-06",
                "{when} the Centre reserved 1,144 hectares in eight villages for a beach-sand mine of IREL",
            ),
            (
                "tn-kk-letter-of-intent-2022-07",
                "{when} the state gave IREL a letter of intent, which is not a lease",
            ),
            (
                "tn-kk-letters-protest-2024-09",
                "{when} fishermen demonstrated; they fear erosion and more radiation",
            ),
            (
                "tn-kk-public-hearing-postponed-2024-10",
                "{when} the public hearing was put off; no new date was set",
            ),
            (
                "tn-kk-human-chain-2024-10",
                "{when} about 100,000 people stood in a chain against the mine, by the count of one"
                " newspaper",
            ),
            (
                "tn-kk-crz-application-2025-07",
                "{when} IREL was reported to have applied for the coastal clearance",
            ),
            (
                "tn-kk-reservation-extended-2026-06",
                "{when} the state extended the reservation by a year, so that IREL could get the clearances",
            ),
        ),
        (
            "irel-kanniyakumari-mine",
            "approved",
            "No clearance and no lease was found. A protest or a hearing put off does not change the stage"
            " of a project.",
        ),
    ),
    Section(
        "The red dunes: two public companies, two plants planned",
        (
            (
                "tn-tamin-irel-go-2022-10",
                "{when} the state cleared a venture of its company TAMIN with IREL, with equal shares",
            ),
            ("tn-tamin-irel-mou-2023-01", "the two signed a memorandum {when}"),
            (
                "tn-teri-demarcation-order-2024-09",
                "{when} the state ordered the deposit at Kuthiraimozhi to be marked out; the land is"
                " reserve forest",
            ),
            (
                "tn-teri-demarcation-sathankulam-2024-09",
                "the deposit at Sathankulam was the other half of that order",
            ),
        ),
    ),
    Section(
        "The courts: private mining ended, its sand is stuck",
        (
            (
                "tn-beach-sand-mining-ban-2013-09",
                "{when} the state halted all private quarries of beach sand",
            ),
            (
                "bsm-public-sector-only-2019-02",
                "{when} the Centre left beach sand to government companies alone",
            ),
            (
                "tn-madras-hc-beach-sand-2025-02",
                "{when} the Madras High Court ordered an inquiry by the federal police (CBI) and the"
                " recovery of {amount}"
                " crore rupees for illegal mining",
            ),
            (
                "tn-cbi-firs-beach-sand-2025-04",
                "{when} the CBI opened cases, which are allegations until they are judged",
            ),
            (
                "tn-stock-transfer-order-2025-04",
                "{when} the state ordered {capacity} tonnes of seized sand handed to IREL",
            ),
            (
                "tn-sc-stays-cbi-probe-2025-04",
                "{when} the Supreme Court stayed the inquiry; the ban stays in force",
            ),
            (
                "tn-stock-transfer-price-2025-07",
                "{when} IREL was reported to have agreed a price for the sand",
            ),
            (
                "tn-stock-transfer-status-quo-2025-07",
                "{when} an order of the Supreme Court was reported to keep the sand where it is",
            ),
            (
                "eia-exemption-2025-09",
                "{when} the Centre freed mines for atomic minerals from public hearings",
            ),
            ("tn-cm-objects-hearing-exemption-2025-09", "{when} the state asked for that to be withdrawn"),
            ("centre-keeps-hearing-exemption-2025-12", "{when} the environment ministry kept the exemption"),
        ),
    ),
    Section(
        "A foreign partner?",
        (
            (
                "tn-wa-delegation-tamin-2022-07",
                "{when} a mission from Western Australia met the state's mining agencies in Chennai; the"
                " page does not say"
                " that rare earths were spoken of",
            ),
            (
                "neo-tn-ts-talks-2026-07",
                "{when} a headline, cut off at its end, had Neo Performance Materials of Canada talk with"
                " Tamil Nadu and"
                " Telangana on a magnet base",
            ),
            ("neo-repm-bid-2026-08", "its bid for the Centre's magnet scheme, opened {when}, names no site"),
        ),
    ),
)

_ANDHRA_PRADESH = (
    Section(
        "Japan's plant",
        (
            (
                "toyotsu-orissa-plan-2010-12",
                "{when} Toyota Tsusho announced a plant for Odisha, for up to {capacity} tonnes of oxides a"
                " year",
            ),
            (
                "ap-toyotsu-plant-construction-2012-09",
                "{when} it was reported under construction near Visakhapatnam",
            ),
            (
                "ap-toyotsu-processing-2016-01",
                "by the company's own history it began {when} to separate neodymium, cerium, lanthanum and"
                " praseodymium"
                " from feed that IREL makes in Odisha; a supplier's notice gives an earlier year",
            ),
            (
                "ap-toyotsu-shipments-2024",
                "customs data seen by one news agency show that its company in India sent more than"
                " {capacity} tonnes to Japan {when}, about a third of what IREL made; this has no second"
                " source, so it is not counted as a confirmation that the plant ran",
            ),
            (
                "ap-pensana-toyota-tsusho-mou-2025",
                "{when} Pensana of the United Kingdom signed a memorandum, not binding, to bring it up to"
                " {capacity} tonnes"
                " of carbonate a year from Angola",
            ),
        ),
    ),
    Section(
        "The supply, and the reported request to stop it",
        (
            (
                "ind-jpn-leaders-ree-2010-10",
                "{when} the two governments agreed to develop rare earths together",
            ),
            ("jp-in-rare-earth-moc-2012-11", "{when} they signed a memorandum on the supply"),
            (
                "irel-toyotsu-supply-contract-2015-12",
                "{when} IREL and Toyota Tsusho signed a supply contract for two years; the terms after that"
                " are not known",
            ),
            (
                "ap-rare-earth-export-suspension-2025-06",
                "{when} Reuters reported, from unnamed sources, that the commerce minister had asked IREL"
                " to stop the exports"
                " to Japan and keep the material at home",
            ),
            (
                "ap-japan-deal-relook-2025-06",
                "{when} Business Standard wrote that India wanted magnets, or a share in making them, in"
                " return",
            ),
            (
                "ind-jpn-esi-2025-08",
                "{when} a fact sheet of the Indian foreign ministry still named the plant as cooperation"
                " with Japan",
            ),
        ),
        (
            "india-japan-rare-earth-supply",
            "halt_requested",
            "Neither government has confirmed the request, and no page found shows that the shipments ended"
            " or went on.",
        ),
    ),
    Section(
        "The magnet plant is Indian",
        (
            (
                "ap-irel-repm-plant-dedicated-2023-05",
                "{when} IREL's plant on the campus of BARC, the atomic research centre, was dedicated,"
                " finished and not yet"
                " at work",
            ),
            (
                "ap-irel-repm-smco-output-2025-07",
                "{when} samarium-cobalt magnets from it were reported, sent out for tests",
            ),
            (
                "ap-irel-repm-plant-operational-2026-01",
                "{when} the government told Parliament that it makes such magnets; whether for sale is not"
                " clear",
            ),
            (
                "ap-irel-repm-capacity-2026-04",
                "{when} it put the plant at {capacity} tonnes a year, a capacity and not an output",
            ),
        ),
    ),
    Section(
        "The corridor is a plan",
        (
            (
                "in-rare-earth-corridors-budget-2026-02",
                "{when} the Union Budget proposed rare-earth corridors in four states, this one among them",
            ),
            (
                "ap-titanium-strategic-materials-mission-2026-03",
                "{when} the state's own mission spoke of {amount} crore rupees in ten years and of"
                " {capacity} tonnes a year at"
                " Anakapalli, without saying of what; no approval by the cabinet was found",
            ),
            (
                "ap-alluvial-allotment-pil-2025-10",
                "the contract of the state's mining company with a developer, a firm of the Adani Group, is"
                " contested in the"
                " High Court, which asked for records {when}",
            ),
            (
                "ap-apmdc-gara-letter-of-intent-2026-02",
                "{when} the state reported a letter of intent for 909 hectares at Gara",
            ),
            (
                "ap-apmdc-pilot-mining-2026-02",
                "{when} the head of the company spoke of mining on a trial basis",
            ),
            (
                "ap-beach-sand-nil-output-2026-04",
                "{when} Parliament was told that the state raised no beach-sand minerals in five years",
            ),
        ),
    ),
    Section(
        "Other foreign capital",
        (
            (
                "ap-bothli-withdrawn-2014-10",
                "{when} the state withdrew the areas promised to Bothli Trade, which one paper calls Swiss"
                " and another places"
                " in the British Virgin Islands",
            ),
            (
                "ap-wa-mining-mous-2017-08",
                "{when} Western Australia signed a general pact on mining, in which rare earths are not"
                " named",
            ),
            ("ap-trimex-lease-suspended-2018", "{when} the lease of Trimex at Srikurmam was suspended"),
        ),
    ),
)

#: State -> what is told of it alone.
LORE: dict[str, tuple[Section, ...]] = {"IN-TN": _TAMIL_NADU, "IN-AP": _ANDHRA_PRADESH}

#: State -> event id -> phrases of its row.
RESTS_ON: dict[str, dict[str, tuple[str, ...]]] = {
    "IN-TN": {
        "tn-kk-1144ha-reserved-2021-06": ("1,144", "eight villages"),
        "tn-kk-letter-of-intent-2022-07": ("not a lease",),
        "tn-kk-letters-protest-2024-09": ("erosion and more radiation",),
        "tn-kk-public-hearing-postponed-2024-10": ("put off", "no new date"),
        "tn-kk-human-chain-2024-10": ("one lakh people", "one newspaper"),
        "tn-kk-reservation-extended-2026-06": ("another year", "clearances"),
        "tn-tamin-irel-go-2022-10": ("equal shareholding",),
        "tn-teri-demarcation-order-2024-09": ("reserve forest",),
        "tn-cbi-firs-beach-sand-2025-04": ("allegations",),
        "tn-sc-stays-cbi-probe-2025-04": ("stayed the order", "stays in force"),
        "tn-stock-transfer-price-2025-07": ("agreed to pay",),
        "tn-stock-transfer-status-quo-2025-07": ("Supreme Court",),
        "tn-cm-objects-hearing-exemption-2025-09": ("withdrawal",),
        "centre-keeps-hearing-exemption-2025-12": ("had been examined",),
        "tn-wa-delegation-tamin-2022-07": ("does not say rare earths",),
        "neo-tn-ts-talks-2026-07": ("headline", "cut off"),
        "neo-repm-bid-2026-08": ("no site",),
    },
    "IN-AP": {
        "ap-toyotsu-processing-2016-01": (
            "own history",
            "neodymium, cerium, lanthanum and praseodymium",
            "says 2013",
        ),
        "ap-toyotsu-shipments-2024": ("customs data", "about a third"),
        "ap-pensana-toyota-tsusho-mou-2025": ("non-binding",),
        "irel-toyotsu-supply-contract-2015-12": ("two-year contract",),
        "ap-rare-earth-export-suspension-2025-06": (
            "unnamed sources",
            "not a confirmed halt",
            "no page shows that shipments ended or resumed",
        ),
        "ap-japan-deal-relook-2025-06": ("magnets",),
        "ind-jpn-esi-2025-08": ("Andhra Pradesh", "fact sheet"),
        "ap-irel-repm-plant-dedicated-2023-05": ("BARC", "does not mean in production"),
        "ap-irel-repm-smco-output-2025-07": ("validation",),
        "ap-irel-repm-plant-operational-2026-01": ("not clear",),
        "in-rare-earth-corridors-budget-2026-02": ("four coastal states",),
        "ap-titanium-strategic-materials-mission-2026-03": ("no cabinet approval", "is not said"),
        "ap-apmdc-gara-letter-of-intent-2026-02": ("909 ha",),
        "ap-apmdc-pilot-mining-2026-02": ("trial basis",),
        "ap-beach-sand-nil-output-2026-04": ("nil in the last five years",),
        "ap-alluvial-allotment-pil-2025-10": ("Adani",),
        "ap-bothli-withdrawn-2014-10": ("Swiss", "British Virgin Islands"),
        "ap-wa-mining-mous-2017-08": ("rare earths are not named",),
    },
}
