"""What every test stands on: closed sockets, a browser where there is one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# Kernels, servers and other Python processes that tests start get closed sockets, too.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT / "tests" / "offline"), *filter(None, [os.environ.get("PYTHONPATH")])]
)

#: The sharing of a folder between examples is meant; tests take a share of the number of the profile.
_ANY = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
}
settings.register_profile("few", max_examples=12, derandomize=True, **_ANY)
settings.register_profile("nightly", max_examples=1_000, print_blob=True, **_ANY)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))


def pytest_collection_modifyitems(items):
    """Mark the examples that draw: they take longest, and show nothing that depends on a version."""
    for item in items:
        if isinstance(item, pytest.DoctestItem) and {"figures", "maps"} & set(item.path.parts):
            item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def root():
    """Return the root of the checkout."""
    return ROOT


def _chromium():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


@pytest.fixture(scope="session")
def browser():
    """Return a real Chromium that resolves no name but loopback's."""
    path = _chromium()
    if path is None:
        reason = "Chromium is not installed (apt-get install -y chromium)"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and with CI set the browser tests must run")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ],
        )
        yield chromium
        chromium.close()


class Watched:
    """A page with what went wrong on it: requests that left it, errors, console errors."""

    def __init__(self, page):
        self.page = page
        self.requests, self.errors = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )

    def left_the_machine(self):
        """Return the addresses asked for that are neither files, data nor loopback."""
        own = ("file:", "data:", "blob:", "about:", "http://127.0.0.1", "http://localhost")
        return [url for url in self.requests if not url.startswith(own)]


@pytest.fixture
def watched(browser):
    """Return a function that opens a page at a size and watches it."""
    contexts = []

    def open_page(width=1400, height=900):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=False)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return Watched(page)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """Return a function that saves a map once and gives its address."""
    folder, files = tmp_path_factory.mktemp("maps"), {}

    def save(name, make):
        if name not in files:
            files[name] = folder / f"{name}.html"
            make().save(files[name])
        return files[name].as_uri()

    return save


@pytest.fixture
def opened(saved, watched):
    """Return a function that opens a saved map and watches it."""

    import mineralmap as mm  # not before a test needs it: coverage counts what is imported late

    def open_map(name="india", make=None, size=(1400, 900)):
        seen = watched(*size)
        seen.page.goto(saved(name, make or mm.maps.india))
        seen.page.wait_for_selector(".mm-title")
        return seen

    return open_map
