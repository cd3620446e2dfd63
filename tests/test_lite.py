"""The site of `make lite`: a notebook of it runs in a browser that reaches nothing but the site.

What the site is made of (Python for the browser, JupyterLite, some forty megabytes) is fetched by `make lite`
and by nothing else, so these tests run where it was called once, and are skipped elsewhere, in CI as well.
"""

import functools
import http.server
import subprocess
import threading

import pytest

import mineralmap as mm

pytestmark = [pytest.mark.browser, pytest.mark.install, pytest.mark.once]


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    """Build the site from what `make lite` has fetched, and serve it."""
    fetched = [root / ".venv-lite" / ".ready", root / "tools" / "lite" / "node_modules" / ".ready"]
    if missing := [str(one.parent.relative_to(root)) for one in fetched if not one.exists()]:
        pytest.skip(f"{' and '.join(missing)} not there: `make lite` fetches what the site is made of")
    folder = tmp_path_factory.mktemp("lite") / "site"
    builder = [root / ".venv-lite" / "bin" / "python", root / "tools" / "build_lite.py", "--out", folder]
    run = subprocess.run(builder, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_codes_are_explained_without_network_and_installation(site, watched):
    seen = watched()
    page = seen.page
    page.set_default_timeout(90_000)  # Python starts in the page: some ten seconds on an idle machine
    page.goto(f"{site}/lab/index.html?path=1_what_the_codes_mean.ipynb")
    page.locator(".jp-CodeCell").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
    outputs = page.locator(".jp-OutputArea-output")
    # The last cell, with the columns of the events.
    outputs.filter(has_text="initiative_id").wait_for()
    version, stages, tables, _ = outputs.all_inner_texts()
    assert version.strip() == f"mineralmap {mm.__version__}"
    shown = dict(line.split(maxsplit=1) for line in stages.strip().splitlines())
    assert shown == mm.codebook.labels("stage")
    assert [line.split()[0] for line in tables.strip().splitlines()] == list(mm.codebook.tables())
    assert seen.left_the_machine() == []
