"""The wheel, installed into an empty environment and used from an empty folder."""

import subprocess
import sys
import sysconfig
import venv
import zipfile

import pytest

import mineralmap as mm

pytestmark = pytest.mark.install


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    """Build the wheel with the back end of this environment: no network."""
    target = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(root)], check=True)
    return next(target.glob("mineralmap-*.whl"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Return the Python of a new environment that holds the wheel and, read-only, its dependencies."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=False, symlinks=True)
    executable = home / "bin" / "python"
    query = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = subprocess.run(
        [executable, "-c", query], check=True, capture_output=True, text=True
    ).stdout.strip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # Only the packages of this environment are added, not its link to the checkout.
    with open(f"{site}/dependencies.pth", "w") as link:
        link.write(sysconfig.get_paths()["purelib"] + "\n")
    return executable


def test_the_wheel_carries_data_and_notebooks_and_no_script_of_others(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "mineralmap/data/tables/events.csv" in names
    assert "mineralmap/data/shapefiles/india_states.shp" in names
    assert "mineralmap/data/codebook/columns.csv" in names
    assert "mineralmap/data/NOTICE.md" in names
    assert "mineralmap/jupyter/jupyter_lab_config.json" in names
    assert "mineralmap/jupyter/labconfig/default_setting_overrides.json" in names
    assert "mineralmap/site/templates/mineralmap/index.html.j2" in names
    assert "mineralmap/site/templates/frame.html.j2" in names
    assert "mineralmap/docs/india.png" in names
    assert any(name.startswith("mineralmap/notebooks/01_") for name in names)
    scripts = [name for name in names if name.endswith((".js", ".css"))]
    assert scripts
    assert all(name.startswith(("mineralmap/maps/assets/", "mineralmap/site/assets/")) for name in scripts)


def test_it_works_from_an_empty_folder(python, tmp_path):
    code = (
        "import mineralmap as mm; assert '/src/' not in mm.__file__, mm.__file__;"
        "assert len(mm.load_events()) > 300; assert len(mm.load_states()) == 36;"
        "assert mm.validate().ok; mm.maps.india().save('map.html'); print(mm.cite().version)"
    )
    done = subprocess.run([python, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == mm.__version__
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_the_command_is_there(python, tmp_path):
    done = subprocess.run(
        [python, "-m", "mineralmap.cli", "validate"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "No fault found" in done.stdout
