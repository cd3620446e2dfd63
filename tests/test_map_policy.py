"""A map keeps to itself: what its page may ask for, and what its frame may do, seen in a real Chromium."""

from __future__ import annotations

import base64
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import folium
import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import mineralmap as mm
from mineralmap.maps.policy import allow_named, origins
from mineralmap.site import export
from mineralmap.site.foreign_html import alone, parse

# ------------------------------------------------------------------------------- what a page may ask for


def _policy(page_map):
    """Return the policy of a map's page by directive; it is the first thing in the head."""
    head = page_map.to_html().partition("<head>")[2][:6000]
    found = head.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    return {part.split()[0]: part.split()[1:] for part in found.split(";") if part}


def test_a_map_of_ours_may_ask_for_nothing_whatever_its_data_name():
    frame = pd.DataFrame({"lat": [20.0], "lon": [78.0], "page": ["https://example.org/x.png"]})
    for page_map in (mm.maps.OfflineMap(), mm.maps.explore(frame, title="https://example.com/")):
        policy = _policy(page_map)
        assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
        assert not any("//" in source for sources in policy.values() for source in sources)
        assert 'sandbox="' in page_map._repr_html_()
        assert "allow-same-origin" not in page_map._repr_html_()


def test_what_a_user_adds_may_ask_where_it_names_and_nowhere_else():
    page_map = mm.maps.OfflineMap()
    # A link that the reader may click is no request.
    credit = '&copy; <a href="https://credit.example/">them</a>'
    folium.TileLayer("https://{s}.tiles.example/{z}/{x}/{y}.png", attr=credit).add_to(page_map)
    inside = folium.IFrame('<img src="https://inside.example:8443/a.png">')
    folium.Marker([20, 78], popup=folium.Popup(inside)).add_to(page_map)
    page_map.add_js_link("own", "//plugin.example/a.js")
    policy = _policy(page_map)
    named = {source for source in policy["default-src"] if "//" in source}
    assert named >= {"https://*.tiles.example", "https://inside.example:8443", "https://plugin.example"}
    assert not any("credit" in source for source in named)
    assert "file:" not in policy["frame-src"]
    assert policy["form-action"] == policy["base-uri"] == policy["object-src"] == ["'none'"]
    page_map.trusted = True
    assert _policy(page_map) == {}
    assert "sandbox" not in page_map._repr_html_()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'https://mt{s}.example.org/vt'", {"https://*.example.org"}),
        ("`https://${host}/x`", {"https:"}),
        ("'https://' + host", {"https:"}),
        (r'"https:\/\/a.example\/x"', {"https://a.example"}),
        ("url(//b.example/x)", {"https://b.example", "http://b.example"}),
        ("https://user:word@c.example:81/x", {"https://c.example:81"}),
        ("HTTPS://D.Example./", {"https://d.example"}),
        ("https://दिल्ली.example/", {"https://xn--j2bya4ch0f.example"}),
        ("https://[::1]/x", {"https:"}),
        ("wss://e.example/x", {"wss://e.example"}),
        ("http://www.w3.org/2000/svg", set()),
        (r"\u003ca href=\"https://f.example\"\u003e", set()),
        ("data:text/html;base64," + base64.b64encode(b"//g.example").decode(), set()),
    ],
)
def test_origins_are_written_as_a_policy_has_them(text, expected):
    assert origins(text) == expected


def test_too_many_origins_are_one_scheme():
    policy = allow_named([f"https://h{number}.example/" for number in range(5_000)])
    assert " https:;" in policy
    assert len(policy) < 400


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["https://", "//", "'//", "wss://", "data:text/html;base64,", "<a "]),
)
def test_no_text_breaks_out_of_a_policy(text, start):
    policy = allow_named([start + text, text + start])
    assert not set('"<>&\n') & set(policy)
    assert policy.count(";") == 4
    assert policy.isascii()


# -------------------------------------------------------------------- nothing gets out, seen by a server


@pytest.fixture
def server():
    """Return the address of a server on this machine, and the paths that it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_GET

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield f"127.0.0.1:{http.server_port}", asked
    http.shutdown()
    thread.join()
    http.server_close()


#: HERE stands for the server. What no parser of ours is expected to see: a browser must refuse it.
FORMS = [
    "<img src=http://HERE/img>",
    r"<img src='http:/\HERE/backslash'>",
    "<img src='http:HERE/bare'>",
    "<img src='ht&#9;tp://HERE/tab'>",
    "<img srcset='http://HERE/srcset 1x'>",
    "<table background='http://HERE/background'><tr><td>x</table>",
    "<p style=\"background:image-set('http://HERE/set' 1x)\">x</p>",
    r"<p style='background:\75rl(http://HERE/escape)'>x</p>",
    "<style>@import 'http://HERE/import';</style>",
    "<style>@font-face{font-family:x;src:url(http://HERE/font)}p{font-family:x}</style><p>x</p>",
    "<svg><filter id=f><feImage href='http://HERE/fe'/></filter><rect filter='url(#f)'/></svg>",
    "<svg><image href='http://HERE/image'/><use href='http://HERE/use#x'/></svg>",
    "<link rel=stylesheet href='http://HERE/sheet'>",
    "<link rel=prefetch href='http://HERE/prefetch'>",
    "<object data='http://HERE/object'></object><embed src='http://HERE/embed'>",
    "<video poster='http://HERE/poster' src='http://HERE/video'></video><audio src='http://HERE/audio'></audio>",
    "<iframe src='http://HERE/frame'></iframe>",
    "<iframe srcdoc=\"<img src='http://HERE/srcdoc'>\"></iframe>",
    "<iframe src='data:text/html,<img src=http://HERE/data>'></iframe>",
    "<form action='http://HERE/form'><button></button></form>"
    "<script>setTimeout(() => document.forms[0].submit(), 300)</script>",
    "<base href='http://HERE/base/'><img src='relative'>",
    "<script src='http://HERE/script'></script>",
    "<script>fetch('http://HERE/fetch').catch(() => 0)</script>",
    "<script>navigator.sendBeacon('http://HERE/beacon')</script>",
    "<script>new WebSocket('ws://HERE/socket')</script>",
    "<script>new EventSource('http://HERE/events')</script>",
    "<script>new Image().src = 'http://HERE/made'</script>",
    "<script>new Worker('http://HERE/worker')</script>",
    "<script>import('http://HERE/module').catch(() => 0)</script>",
]
#: These lead the page itself away.
LEAVING = [
    "<script>top.location = 'http://HERE/top'</script>",
    "<script>parent.location.replace('http://HERE/parent')</script>",
    "<script>location = 'http://HERE/self'</script>",
    "<meta http-equiv=refresh content='0;url=http://HERE/refresh'>",
    "<a id=out href='http://HERE/click' target=_top>x</a><script>out.click()</script>",
]


@pytest.mark.browser
@pytest.mark.once
def test_no_request_leaves_a_saved_map_nor_one_in_a_frame(watched, server, tmp_path):
    here, asked = server
    page_map = mm.maps.OfflineMap()
    page = watched().page
    # As if a fault of ours had let data become markup.
    broken = page_map.to_html().replace("</body>", "".join(FORMS).replace("HERE", here) + "</body>")
    (tmp_path / "map.html").write_text(broken)
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_timeout(800)
    everything = page_map.to_html().replace("</body>", "".join(LEAVING).replace("HERE", here) + "</body>")
    frame = page_map._repr_html_()
    start, end = frame.index('srcdoc="') + 8, frame.index('" allowfullscreen')
    (tmp_path / "frame.html").write_text(frame[:start] + escape(everything) + frame[end:])
    page.goto((tmp_path / "frame.html").as_uri())
    page.wait_for_timeout(800)
    assert page.url.startswith("file:"), "the page around the frame stays"
    # A frame may lead itself away, but no further: the page around has no policy of ours.
    assert [path for path in asked if path not in ("/self", "/refresh")] == []


@pytest.mark.browser
@pytest.mark.once
def test_what_is_named_is_reached_and_what_is_not_is_not(watched, server, tmp_path):
    here, asked = server
    page_map = mm.maps.OfflineMap(location=[20, 78], zoom_start=4)
    folium.TileLayer(f"http://{here}/tiles/{{z}}", attr="x").add_to(page_map)
    folium.Marker([20, 78], popup=folium.Popup(folium.IFrame(f"<img src='http://{here}/popup'>"))).add_to(
        page_map
    )
    other = here.replace("127.0.0.1", "localhost")
    page_map.save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text()
    (tmp_path / "map.html").write_text(text.replace("</body>", f"<img src='http://{other}/other'></body>"))
    page = watched().page
    with page.expect_response(lambda one: "/tiles/" in one.url):
        page.goto((tmp_path / "map.html").as_uri())
    with page.expect_response(lambda one: "/popup" in one.url):
        page.locator("img.leaflet-marker-icon").dispatch_event("click")
    assert "/other" not in asked
    # The same in a notebook: a frame that is closed to the page lets tiles in all the same.
    asked.clear()
    (tmp_path / "frame.html").write_text(page_map._repr_html_())
    with page.expect_response(lambda one: "/tiles/" in one.url):
        page.goto((tmp_path / "frame.html").as_uri())


@pytest.mark.browser
@pytest.mark.once
def test_nothing_leaves_the_site_whatever_its_notebooks_hold(watched, server, tmp_path):
    here, asked = server
    forms = [form.replace("HERE", here) for form in [*FORMS, *LEAVING]]
    refresh = next(form for form in forms if "refresh" in form)
    hidden = [
        "<svg><style>",
        "<!-->",
        "<noscript>",
        "<xmp></xmp x>",
        "<textarea></textarea x>",
        "<plaintext>",
    ]
    hidden += ["<math><mtext><style>", "<title>", "<select>", "<template>", "<style></style x>", "<script>'"]

    def output(html):
        return new_code_cell("x", outputs=[new_output("display_data", data={"text/html": html})])

    def framed(form):
        return output(f'<iframe title="t" srcdoc="{escape("<!doctype html>" + form)}"></iframe>')

    def taken(cell):
        """Tell whether the export takes it; what it finds by looking, it refuses by name."""
        html = cell.outputs[0].data["text/html"] if "outputs" in cell else cell.source
        try:
            frames = parse(html, "a.ipynb", frames="outputs" in cell).select("iframe[srcdoc]")
            for frame in frames:
                alone(frame["srcdoc"], "a.ipynb")
        except ValueError:
            return False
        return True

    groups = {
        "frames": [framed(form) for form in forms],
        "outputs": [output(form) for form in forms],
        "prose": [new_markdown_cell(f"{form}\n\n{form}") for form in forms],
        **{f"hidden{n}": [output(one + refresh)] for n, one in enumerate(hidden)},
        **{f"written{n}": [new_markdown_cell(one + refresh)] for n, one in enumerate(hidden)},
    }
    (tmp_path / "own").mkdir()
    for name, cells in groups.items():
        held = [new_markdown_cell("# t"), *(cell for cell in cells if taken(cell))]
        nbformat.write(new_notebook(cells=held), tmp_path / "own" / f"{name}.ipynb")
    site = export(tmp_path / "site", tmp_path / "own", run=False, only="stories")
    assert len(list(site.glob("maps/*.html"))) > 12, "by looking, not all of it is found"
    written = sorted(site.glob("*.html"))
    page = watched().page
    for path in written:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('iframe').forEach((one) => (one.loading = 'eager'))")
        page.wait_for_timeout(60)
        assert page.url == path.as_uri()
        assert page.locator("footer").is_visible(), path.name
    page.wait_for_timeout(800)
    assert asked == []
