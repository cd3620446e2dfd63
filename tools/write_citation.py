"""Write CITATION.cff from what the package says of itself.

python tools/write_citation.py
"""

from pathlib import Path

from mineralmap import citation

TARGET = Path(__file__).resolve().parents[1] / "CITATION.cff"


def document():
    """Return the text of the file (Citation File Format 1.2)."""
    cited = citation.cite()
    lists = {"license": citation.LICENCES, "keywords": citation.KEYWORDS}
    return "\n".join(
        [
            "cff-version: 1.2.0",
            "message: If you use these tables or maps, please cite them as below.",
            f'title: "{cited.title}"',
            "type: dataset",
            "authors:",
            *(f"  - name: {name}" for name in cited.authors),
            f"version: {cited.version}",
            f"date-released: {cited.released}",
            *(
                line
                for key, words in lists.items()
                for line in (f"{key}:", *(f"  - {word}" for word in words))
            ),
            "",
        ]
    )


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
