// @ts-check
/* The page of a map: title and tools above, the map, a column beside it (a sheet on a phone), time below. */
"use strict";
(function (mm) {
  const { h, svg, button } = mm;
  const PANES = {
    world: 200,
    states: 300,
    shore: 320,
    arcs: 420,
    points: 430,
    ring: 580,
    sites: 590,
    names: 595,
  };
  /** Narrower than this, the column beside the map becomes a sheet over its lower part. */
  const NARROW = 720;
  /** Lower than this, the time bar leaves its notes and bars out, so that a map remains. */
  const LOW = 520;

  /** Return position and size that folium's own rule gives the map, so that the page takes its place. */
  function placeOf(container) {
    for (const sheet of document.styleSheets) {
      for (const rule of sheet.cssRules) {
        if (!(rule instanceof CSSStyleRule) || rule.selectorText !== "#" + container.id) continue;
        const { position, width, height, left, top } = rule.style;
        return { position, width, height, left, top };
      }
    }
    return {};
  }

  function frame(map) {
    const container = map.getContainer(),
      state = mm.of(map);
    const head = h("header", { class: "mm-head" }),
      body = h("div", { class: "mm-side-body" }),
      sheetTitle = h("strong", {}),
      close = button("×", () => mm.sheet(map, ""), { class: "mm-x", "aria-label": "Close" }),
      side = h(
        "aside",
        { class: "mm-side", "aria-label": "Search, key and stories" },
        h("div", { class: "mm-sheet-head" }, sheetTitle, close),
        body,
      ),
      tabs = h("nav", { class: "mm-tabs", "aria-label": "Panels" }),
      foot = h("footer", { class: "mm-foot" }),
      canvas = h("main", { class: "mm-canvas", "aria-label": "Map" });
    const page = h("div", { class: "mm-page folium-map" });
    Object.assign(page.style, placeOf(container));
    container.replaceWith(page);
    const past = () => {
      const stops = (mm.isNarrow(map) ? tabs : body).querySelectorAll("input, summary, button");
      const first = /** @type {HTMLElement[]} */ ([...stops]).find((one) => one.offsetParent);
      if (first) first.focus();
    };
    canvas.append(button("Skip the map", past, { class: "mm-skip" }), container);
    page.append(head, canvas, tabs, side, foot);
    container.classList.add("mm-map");
    state.parts = { page, head, side: body, aside: side, sheetTitle, tabs, foot, canvas };
    const measure = () => {
      // As long as nobody has moved the map, the first view fills it: also where a hidden tab gets its size late.
      const { home } = state,
        held = home && home.holds();
      page.classList.toggle("mm-narrow", page.clientWidth > 0 && page.clientWidth < NARROW);
      page.classList.toggle("mm-low", page.clientHeight > 0 && page.clientHeight < LOW);
      map.invalidateSize({ animate: false, pan: false });
      // Leaflet may have heard of the size before us, so what counts is the one that the view was made for.
      if (home && held && !home.size.equals(map.getSize())) home.go();
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(page);
    observer.observe(canvas);
    page.addEventListener("keydown", (event) => event.key === "Escape" && mm.closeStory(map, true));
  }

  /** Tell whether one sees India from so far that its signs would hide it: on any screen, not where it fills it. */
  mm.isFar = (map) =>
    map.getZoom() < Math.min(mineralmapSettings.farZoom, map.getBoundsZoom(mineralmapSettings.india) - 0.4);

  mm.isNarrow = (map) => mm.of(map).parts.page.classList.contains("mm-narrow");

  /** Open one panel of the sheet, or none; beside the map all panels are open anyway. */
  mm.sheet = function (map, kind) {
    const { aside, sheetTitle, tabs, side } = mm.of(map).parts;
    aside.dataset.open = kind;
    for (const tab of tabs.children) tab.setAttribute("aria-expanded", String(tab.dataset.opens === kind));
    const panel = kind && side.querySelector(".mm-" + kind);
    sheetTitle.textContent = panel ? panel.dataset.title : "";
    if (panel instanceof HTMLDetailsElement) panel.open = true;
  };

  /** Add a panel to the column, and a tab that opens it on a phone. */
  mm.panel = function (map, kind, title, panel) {
    const { side, tabs } = mm.of(map).parts;
    panel.classList.add("mm-" + kind);
    panel.dataset.title = title;
    side.append(panel);
    if (kind === "story") return;
    const toggle = (tab) => mm.sheet(map, tab.getAttribute("aria-expanded") === "true" ? "" : kind);
    tabs.append(button(title, toggle, { "aria-expanded": "false", "data-opens": kind }));
  };

  /** Prepare the map: its page, panes, wheel, scale bar. */
  mm.prepare = function (map, data) {
    const container = map.getContainer();
    for (const [name, order] of Object.entries(PANES)) {
      const pane = map.createPane("mm-" + name);
      pane.style.zIndex = order;
      if (name === "ring" || name === "names") pane.style.pointerEvents = "none";
    }
    frame(map);
    // No scroll trap in a notebook: the wheel zooms only after a click into the map.
    map.on("click focus", () => map.scrollWheelZoom.enable());
    map.on("mouseout blur", () => map.scrollWheelZoom.disable());
    const far = () => {
      container.classList.toggle("mm-far", mm.isFar(map));
      container.classList.toggle("mm-close", map.getZoom() >= 6);
    };
    map.on("zoomend resize", far);
    map.whenReady(far);
    map.attributionControl.setPrefix("");
    map.attributionControl.addAttribution(h("span", {}, data.attribution).innerHTML);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    container.setAttribute("aria-label", "Map; arrow keys move it, plus and minus zoom");
    mm.storyPanel(map);
    mm.placeNames(map);
    printing(map);
    mm.welcome(map);
  };

  /** On paper the map has the width of the page, and shows what the screen showed. */
  function printing(map) {
    let before = null;
    window.matchMedia("print").addEventListener("change", ({ matches }) => {
      if (matches) before = { bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom() };
      const { refresh } = mm.of(map).tables;
      if (refresh) refresh();
      map.invalidateSize({ animate: false });
      if (matches) map.fitBounds(before.bounds, { animate: false });
      else if (before) map.setView(before.centre, before.zoom, { animate: false });
    });
  }

  // ------------------------------------------------------------------ title and views

  /** Tell whether the map shows everything that it holds. */
  mm.isWhole = ({ store, view }) => view.day >= store.last && store.whole;

  /** Return how many there are of each group: unlike things are never added up. */
  mm.groupWords = function (store, items) {
    const words = Object.entries(store.groups).map(([group, [one, many]]) => {
      const number = items.filter((item) => item.group === group).length;
      return number && number + " " + (number === 1 ? one : many);
    });
    return words.filter(Boolean).join(", ") || "nothing";
  };

  /** Return the day, how much is shown and under which filters, as a list of texts. */
  function shownWords(state) {
    const { store, view, now } = state;
    const main = now.items.filter((item) => item.main),
      placed = main.filter((item) => item.place).length,
      gap = store.gap ? "; no page after " + store.gap + " was seen" : "";
    const filters = Object.entries(view.filters).filter(([, value]) => value);
    const only = filters.map(([kind, value]) => mm.filterWord(store, kind, value)).join("; ");
    return [
      mm.isWhole(state) ? "Newest event " + store.newest + gap : "As known on " + mm.dayWords(view.day),
      mm.groupWords(store, main) + "; " + placed + " with a known place",
      ...(only ? ["Only: " + only] : []),
    ];
  }

  /** Say the finding, the day, how much is shown and under which filters. */
  mm.title = function (map, data) {
    const state = mm.of(map),
      heading = h("h1", {}),
      line = h("p", {});
    state.parts.head.prepend(h("div", { class: "mm-title" }, heading, line));
    mm.onChange(map, () => {
      heading.textContent = mm.holdsOn(data.titles, state.store ? state.view.day : 0);
      line.textContent = [...(state.store ? shownWords(state) : []), ...data.lines].join(" · ");
    });
  };

  /** Return the tools at the right of the title; they are made when first asked for. */
  mm.tools = function (map) {
    const { parts } = mm.of(map);
    parts.tools ||= parts.head.appendChild(h("div", { class: "mm-tools" }));
    return parts.tools;
  };

  mm.views = function (map, data) {
    const // The scale and the attribution lie on the lowest pixels.
      room = { paddingTopLeft: [4, 4], paddingBottomRight: [4, 22] },
      fit = (bounds, animate) => map.fitBounds(bounds, { ...room, animate });
    const buttons = data.views.map(({ name, bounds }) => button(name, () => fit(bounds, true)));
    mm.tools(map).prepend(h("div", { class: "mm-views", role: "group", "aria-label": "Views" }, buttons));
    mm.setHome(map, () => fit(data.views[0].bounds, false));
  };

  /** Move the map to where it stays, whatever its size becomes, till somebody moves it. */
  mm.setHome = function (map, move) {
    const home = {
      size: null,
      centre: null,
      zoom: 0,
      go: () => {
        // What is drawn for a size that the page has no more is drawn twice.
        map.invalidateSize({ animate: false, pan: false });
        move();
        Object.assign(home, { centre: map.getCenter(), zoom: map.getZoom(), size: map.getSize() });
      },
      holds: () =>
        map.getZoom() === home.zoom && map.project(map.getCenter()).distanceTo(map.project(home.centre)) < 2,
    };
    mm.of(map).home = home;
    home.go();
  };

  // ------------------------------------------------------------------ key

  /** Draw what a row of the key explains: a marker, a number, a ring or disc, or a line. */
  function drawKey(key) {
    if (key.look) return mm.sign(key.look, key.size);
    if (key.badge) return h("b", { class: "mm-badge" }, key.badge);
    if (key.line) {
      const line = { stroke: key.line, "stroke-width": key.width, "stroke-dasharray": key.dash || "" };
      const box = { width: 20, height: 8, "aria-hidden": "true" };
      return svg("svg", box, svg("path", { d: "M0 4h20", fill: "none", ...line }));
    }
    const { ink } = mineralmapSettings,
      middle = { cx: 10, cy: 10, fill: ink };
    const soft = { "fill-opacity": 0.14, stroke: ink, "stroke-opacity": key.rim ? 0.35 : 0 };
    return svg(
      "svg",
      { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
      svg("circle", { ...middle, ...soft, r: key.rim ? 7 : 10 }),
      svg("circle", { ...middle, r: 2.5 }),
    );
  }

  /** The classes of a shading in one strip, with its words below. */
  function strip(steps) {
    return h(
      "ul",
      { class: "mm-strip" },
      steps.map(([colour, words]) =>
        h("li", {}, h("i", { style: "background:" + colour }), h("span", {}, words)),
      ),
    );
  }

  /** The key: of each layer that is shown the rows of what it shows now. */
  mm.key = function (map) {
    const state = mm.of(map),
      content = h("div", { class: "mm-in" }),
      box = h("details", { open: "" }, h("summary", {}, "Key"), content);
    mm.panel(map, "key", "Key", box);
    const row = ({ key, words }) =>
      key.strip
        ? strip(key.strip)
        : h(
            "div",
            { class: "mm-row" },
            h("span", { class: "mm-key-sign" }, drawKey(key)),
            h("span", {}, words),
          );
    let signature = "";
    function draw() {
      const shown = [];
      for (const { layer, legend } of [...state.keys].reverse()) {
        if (!map.hasLayer(layer)) continue;
        const rows = legend.rows.filter(({ when }) => !when || !layer.mmShows || layer.mmShows(when)),
          same = shown.find((one) => one.title === legend.title);
        if (same) same.rows.push(...rows);
        else if (rows.length) shown.push({ ...legend, rows });
      }
      const next = JSON.stringify(shown);
      if (next === signature) return;
      signature = next;
      content.replaceChildren(
        ...shown.flatMap(({ title, rows, note }) => [
          h("h2", {}, title),
          ...rows.map(row),
          ...(note ? [h("small", {}, note)] : []),
        ]),
      );
    }
    map.on("layeradd layerremove zoomend moveend", () => requestAnimationFrame(draw));
    map.on("mineralmap:drawn", draw);
    mm.onChange(map, draw);
  };
})(mineralmap);
