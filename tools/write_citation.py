"""Write CITATION.cff and codemeta.json from what the package says of itself.

python tools/write_citation.py
"""

import json
import tomllib
from pathlib import Path

from mineralmap import citation

ROOT = Path(__file__).resolve().parents[1]
#: The licences as CodeMeta wants them: addresses of SPDX.
SPDX = "https://spdx.org/licenses/"


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


def codemeta():
    """Return the text of codemeta.json (CodeMeta 3.0): the code, where CITATION.cff has the tables."""
    cited = citation.cite()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    described = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": project["name"],
        "description": project["description"],
        "version": cited.version,
        "dateModified": cited.released,
        "license": [f"{SPDX}{licence}" for licence in citation.LICENCES],
        "author": [{"@type": "Organization", "name": name} for name in cited.authors],
        "keywords": project["keywords"],
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {project['requires-python']}",
        "softwareRequirements": project["dependencies"],
        "operatingSystem": "any",
        "developmentStatus": "active",
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, text in (("CITATION.cff", document()), ("codemeta.json", codemeta())):
        (ROOT / name).write_text(text, encoding="utf-8")
        print(f"wrote {name}")
