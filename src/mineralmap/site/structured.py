"""What the pages tell machines: schema.org's Dataset and ClaimReview, and CodeMeta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .. import citation
from .downloads import Download
from .records import Records

__all__ = ["claim_reviews", "dataset"]

_CONTEXT = "https://schema.org"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MEDIA = {
    "CSV": "text/csv",
    "GeoJSON": "application/geo+json",
    "Excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Parquet": "application/vnd.apache.parquet",
    "SQLite": "application/vnd.sqlite3",
    "JSON": "application/json",
}


def _authors() -> list[dict[str, str]]:
    return [{"@type": "Organization", "name": name} for name in citation.AUTHORS]


def dataset(records: Records, files: Iterable[Download]) -> dict[str, Any]:
    """Return the tables as a schema.org Dataset, with each file that can be taken away."""
    cited = citation.cite()
    span = [f"{one.date.date()}" for one in (*records.events[-1:], *records.events[:1])]
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "name": cited.title,
        "description": "Dated, sourced steps of India's rare-earth projects, laws and dialogues, with "
        "places, partner countries, companies and the pages that report them.",
        "version": cited.version,
        "datePublished": cited.released,
        "license": _LICENCE,
        "creator": _authors(),
        "keywords": list(citation.KEYWORDS),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        **({"temporalCoverage": "/".join(span)} if span else {}),
        "spatialCoverage": {"@type": "Place", "name": "India"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": _MEDIA.get(file.format, "application/octet-stream"),
                "contentUrl": file.address,
                **({"description": file.words} if file.words else {}),
            }
            for file in files
        ],
    }


def claim_reviews(claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each checked claim as a schema.org ClaimReview.

    The verdict is a word; no number is made of it.
    """
    cited = citation.cite()
    return [
        {
            "@context": _CONTEXT,
            "@type": "ClaimReview",
            "url": f"claims.html#{claim['claim_id']}",
            "claimReviewed": claim["text"],
            "datePublished": cited.released,
            "author": _authors()[0],
            "itemReviewed": {
                "@type": "Claim",
                "author": {"@type": "Organization", "name": claim["made_by"]},
                "datePublished": claim["date"],
                "appearance": {"@type": "CreativeWork", "url": claim["source_url"]},
            },
            "reviewRating": {"@type": "Rating", "alternateName": claim["verdict"]},
            "reviewBody": claim["why"],
        }
        for claim in claims
    ]
