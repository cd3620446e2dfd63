/* What stands around the map: title, legend, views, filters and search, the lists and the table. */
"use strict";
(function (mm) {
  const { h, count, glyph } = mm;

  /** Put a box into a corner of the map; clicks and the wheel stay in it. */
  function corner(map, position, box) {
    const control = L.control({ position });
    control.onAdd = () => {
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  const roomy = (map) => map.getSize().x > 700 && map.getSize().y > 420;

  // ------------------------------------------------------------------ title

  /** Say the finding, the day, how much is shown and under which filters. */
  mm.title = function (map, data) {
    const { store, view } = mm.of(map),
      container = map.getContainer();
    const heading = h("h1", {}),
      line = h("p", {}),
      box = h("header", { class: "mm-title" }, heading, line);
    container.prepend(box);
    container.classList.add("mm-titled");
    L.DomEvent.disableClickPropagation(box);
    new ResizeObserver(() => container.style.setProperty("--mm-title", box.offsetHeight + "px")).observe(box);
    const say = () => {
      const { now } = mm.of(map),
        lines = [];
      heading.textContent = store ? mm.holdsOn(data.titles, view.day) : data.titles[0][1];
      if (store) {
        const main = now.items.filter((item) => item.scope === "rare_earth"),
          placed = main.filter((item) => item.place).length;
        const events = [...now.events].filter((one) => store.events[one].scope === "rare_earth").length;
        lines.push(
          view.day >= store.last && store.whole
            ? "Data as of " + store.newest + " (newest event)"
            : "As known on " + mm.dayWords(view.day),
        );
        lines.push(
          count(main.length, "rare-earth initiative") +
            " (" +
            placed +
            " with a place to pin), " +
            count(events, "event"),
        );
        const filters = [
          view.partner ? store.names[view.partner] : "",
          view.stages
            ? store.style.stages
                .filter((one) => view.stages.has(one))
                .map((one) => mm.stageWord(store, one))
                .join(", ") || "no stage"
            : "",
        ];
        if (filters.some(Boolean)) lines.push("Only: " + filters.filter(Boolean).join("; "));
      }
      line.textContent = [...lines, ...data.lines].join(" · ");
    };
    say();
    map.on("mineralmap:change", say);
  };

  // ------------------------------------------------------------------ legend

  mm.legend = function (map, data) {
    const { store } = mm.of(map),
      row = (key, text) => h("li", {}, h("span", { class: "mm-key" }, key), h("span", {}, text));
    const swatch = (colour) => h("span", { class: "mm-swatch", style: "background:" + colour });
    const shape = (colour, at) =>
      mm.svg(
        "svg",
        { viewBox: "-1 -1 12 12", width: 14, height: 14, "aria-hidden": "true" },
        mm.svg("path", { d: mm.POINT_SHAPES[at % mm.POINT_SHAPES.length], fill: colour, stroke: "#0b2f66" }),
      );
    const soft = (radius, stroke) =>
      mm.svg(
        "svg",
        { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
        mm.svg("circle", {
          cx: 10,
          cy: 10,
          r: radius,
          fill: store.style.ink,
          "fill-opacity": 0.14,
          stroke: store.style.ink,
          "stroke-opacity": stroke,
          "stroke-width": 1,
        }),
        mm.svg("circle", { cx: 10, cy: 10, r: 2.5, fill: store.style.ink }),
      );
    const parts = [];
    if (data.ramp)
      parts.push(
        h("h2", {}, data.ramp.title),
        h(
          "ul",
          {},
          data.ramp.steps.map(([colour, text], at) =>
            row(
              data.ramp.stages && data.ramp.stages[at]
                ? glyph(data.ramp.stages[at], data.style, 16, false)
                : data.ramp.shapes
                  ? shape(colour, at)
                  : swatch(colour),
              text,
            ),
          ),
        ),
        data.ramp.note ? h("small", {}, data.ramp.note) : null,
      );
    if (store) {
      const style = store.style;
      parts.push(
        h("h2", {}, "Initiatives, by stage"),
        h(
          "ul",
          {},
          style.stages.map((stage) =>
            row(glyph(stage, style, 16, false), style.words[stage][0] + ": " + style.words[stage][1]),
          ),
        ),
        h(
          "ul",
          { class: "mm-gap" },
          row(h("b", { class: "mm-badge" }, "3"), "number of initiatives here"),
          row(soft(7, 0.35), "soft ring: the town, not the site"),
          row(soft(10, 0), "soft disc: the district only"),
          row(glyph("approved", style, 16, true), "dashed: other critical minerals"),
        ),
      );
    }
    if (data.spots) {
      parts.push(
        h("h2", {}, "Deposits and coast"),
        h(
          "ul",
          {},
          row(mm.spotSign("deposit", 13, true, data.ochre), "Deposit (area by tonnage)"),
          row(mm.spotSign("deposit", 11, false, data.ochre), "Deposit, tonnage not known"),
          row(
            h("span", { style: "width:20px;height:3px;background:" + data.ochre }),
            "Coast of states with monazite beaches",
          ),
          row(mm.spotSign("facility", 13, true, data.ink), "Mine, plant or laboratory"),
          row(mm.spotSign("port", 12, true, data.grey), "Sea port"),
        ),
      );
    }
    if (data.arcs) {
      const line = (dash, colour) =>
        mm.svg(
          "svg",
          { width: 20, height: 8, "aria-hidden": "true" },
          mm.svg("path", {
            d: "M0 4h20",
            stroke: colour,
            "stroke-width": 2,
            "stroke-dasharray": dash,
            fill: "none",
          }),
        );
      parts.push(
        h("h2", {}, "Rare-earth ties with other countries"),
        h(
          "ul",
          {},
          row(line("", data.japan), "Japan"),
          row(line("", data.other), "other country"),
          row(line("", "#333"), "a state or a plant there takes part"),
          row(line("4 3", "#333"), "only the Union (from New Delhi)"),
        ),
        h(
          "small",
          {},
          "Great circles, wider for more events. The number beside a country counts its rare-earth events.",
        ),
      );
    }
    const box = h(
      "details",
      { class: "mm-box mm-legend" },
      h("summary", {}, "Legend"),
      h("div", { class: "mm-in" }, parts),
    );
    box.open = roomy(map);
    corner(map, "topright", box);
  };

  // ------------------------------------------------------------------ views

  mm.views = function (map, data) {
    // Leave room for the title, the time bar, and for the legend where it is open.
    const room = () => ({
      paddingTopLeft: [roomy(map) ? 20 : 8, roomy(map) ? 60 : 100],
      paddingBottomRight: [roomy(map) ? 265 : 8, mm.of(map).store ? 110 : 20],
    });
    const box = h("div", { class: "mm-box mm-view", role: "group", "aria-label": "Views" });
    for (const view of data.views) {
      const button = h("button", { type: "button" }, view.name);
      button.addEventListener("click", () => map.fitBounds(view.bounds, room()));
      box.append(button);
    }
    corner(map, "topleft", box);
    map.fitBounds(data.views[0].bounds, { ...room(), animate: false });
  };

  // ------------------------------------------------------------------ filters and search

  function checkbox(label, checked, change) {
    const input = h("input", { type: "checkbox" });
    input.checked = checked;
    input.addEventListener("change", () => change(input.checked));
    return { input, label: h("label", {}, input, label) };
  }

  /** Filters by stage, partner and scope, and a search over titles and places. */
  mm.filters = function (map) {
    const state = mm.of(map),
      store = state.store,
      style = store.style;
    const chosen = new Set(style.stages),
      stages = style.stages.map((stage) =>
        checkbox([glyph(stage, style, 14, false), h("span", {}, style.words[stage][0])], true, (on) => {
          on ? chosen.add(stage) : chosen.delete(stage);
          mm.show(map, { stages: chosen.size === style.stages.length ? null : new Set(chosen) });
        }),
      );
    const all = (on) => {
      chosen.clear();
      if (on) style.stages.forEach((stage) => chosen.add(stage));
      stages.forEach((one) => (one.input.checked = on));
      mm.show(map, { stages: on ? null : new Set() });
    };
    const button = (text, click) => {
      const one = h("button", { type: "button" }, text);
      one.addEventListener("click", click);
      return one;
    };
    const partners = [...new Set(store.events.flatMap((event) => event.partners))].sort((a, b) =>
      (store.names[a] || a) < (store.names[b] || b) ? -1 : 1,
    );
    const partner = h(
      "select",
      { "aria-label": "Partner" },
      h("option", { value: "" }, "all partners and none"),
      partners.map((code) => h("option", { value: code }, store.names[code] || code)),
    );
    partner.addEventListener("change", () => mm.show(map, { partner: partner.value }));
    const scopes = state.scopes.map(({ scope, layer }) => {
      const one = checkbox(h("span", {}, style.scopes[scope]), map.hasLayer(layer), (on) =>
        on ? map.addLayer(layer) : map.removeLayer(layer),
      );
      layer.on("add remove", () => (one.input.checked = map.hasLayer(layer)));
      return one;
    });
    const results = h("ul", { class: "mm-results" }),
      said = h("p", { class: "mm-quiet", role: "status" });
    const search = h("input", {
      type: "search",
      placeholder: "Title, place or country",
      "aria-label": "Search titles and places",
      autocomplete: "off",
    });
    const find = () => {
      const wanted = search.value.trim().toLowerCase();
      const hits = wanted.length < 2 ? [] : found(map, wanted);
      said.textContent =
        wanted.length < 2
          ? ""
          : hits.length > 12
            ? "12 of " + hits.length + " found"
            : hits.length + " found";
      results.replaceChildren(
        ...hits
          .slice(0, 12)
          .map((hit) =>
            h("li", {}, button([hit.text, h("span", { class: "mm-quiet" }, " (" + hit.what + ")")], hit.go)),
          ),
      );
    };
    search.addEventListener("input", find);
    map.on("mineralmap:change", find);
    const reset = button("Show all", () => {
      partner.value = "";
      state.view.partner = "";
      all(true);
    });
    const box = h(
      "details",
      { class: "mm-box mm-filters" },
      h("summary", {}, "Search and filter"),
      h(
        "div",
        { class: "mm-in" },
        search,
        said,
        results,
        h(
          "fieldset",
          {},
          h("legend", {}, "Stage"),
          stages.map((one) => one.label),
          h(
            "div",
            { class: "mm-buttons" },
            button("All", () => all(true)),
            button("None", () => all(false)),
          ),
        ),
        h("fieldset", {}, h("legend", {}, "Partner"), partner),
        h(
          "fieldset",
          {},
          h("legend", {}, "Minerals"),
          scopes.map((one) => one.label),
        ),
        reset,
      ),
    );
    // On a phone the left side is full.
    corner(map, roomy(map) ? "topleft" : "topright", box);
  };

  /** Return what the search finds: initiatives by title, place and partner, then names on the map. */
  function found(map, wanted) {
    const { store, now, finds } = mm.of(map),
      has = (text) => text.toLowerCase().includes(wanted);
    const items = now.items.filter(
      (item) =>
        has(item.title) ||
        (item.place && has(item.place[2])) ||
        has(mm.namesOf(store, item.states)) ||
        has(mm.namesOf(store, item.partners)),
    );
    return [
      ...finds.filter((one) => has(one.text)),
      ...items
        .sort((a, b) => has(b.title) - has(a.title))
        .map((item) => ({
          text: item.title,
          what: mm.stageWord(store, item.stage).toLowerCase(),
          go: () => {
            if (item.place) map.setView(item.place.slice(0, 2), Math.max(map.getZoom(), 7));
            mm.openPopup(
              map,
              item.place ? item.place.slice(0, 2) : map.getCenter(),
              mm.storyOf(map, item.number),
            );
          },
        })),
    ];
  }

  // ------------------------------------------------------------------ lists and tables

  /** List what the map cannot show at a point: it is known to a state or to the country only. */
  mm.unplaced = function (map, data) {
    const state = mm.of(map),
      store = state.store,
      words = h("summary", {}),
      list = h("ul", {});
    const box = h("details", { class: "mm-box mm-unplaced" }, words, list);
    let signature = null;
    const say = () => {
      const items = state.now.items
        .filter((item) => !item.place && item.scope === "rare_earth")
        .sort(mm.byStage(store.style));
      const next = items.map((item) => item.number + item.stage).join();
      if (next === signature) return;
      signature = next;
      box.hidden = !items.length;
      words.textContent = count(items.length, "initiative") + " without a known place";
      list.replaceChildren(
        ...items.map((item) => {
          const button = h(
            "button",
            { type: "button" },
            glyph(item.stage, store.style, 14, false),
            h(
              "span",
              {},
              item.title,
              h("span", { class: "mm-quiet" }, " (" + mm.stageWord(store, item.stage).toLowerCase() + ")"),
            ),
          );
          button.addEventListener("click", () =>
            mm.openPopup(map, map.getCenter(), mm.storyOf(map, item.number), button),
          );
          return h("li", {}, button);
        }),
      );
    };
    box.open = data.open && roomy(map);
    say();
    map.on("mineralmap:change", say);
    corner(map, "bottomleft", box);
  };

  /** The initiatives as rows of the table. */
  mm.initiativeTable = function (map) {
    const state = mm.of(map),
      store = state.store;
    const shown = () =>
      state.now.items
        .filter((item) => state.scopes.some((one) => one.scope === item.scope && map.hasLayer(one.layer)))
        .sort(mm.byStage(store.style));
    const when = () =>
      state.view.day >= store.last && store.whole
        ? "data as of " + store.newest
        : "as known on " + mm.dayWords(state.view.day);
    state.tables.unshift({
      caption: () => "Initiatives, " + when(),
      head: ["Initiative", "Stage", "Since", "States", "Place", "Partners", "Newest step", "Its sources"],
      rows: () =>
        shown().map((item) => {
          const step = store.events[item.known[0]];
          return [
            item.title,
            mm.stageWord(store, item.stage),
            item.since,
            mm.namesOf(store, item.states),
            mm.placeWords(store, item),
            mm.namesOf(store, item.partners),
            step.date + ": " + step.title,
            mm.sources(store, step),
          ];
        }),
    });
  };

  /** A button that shows everything drawn as tables; paper always has them, below the map. */
  mm.table = function (map) {
    const state = mm.of(map),
      paper = window.matchMedia("print");
    let printing = false;
    const inside = h("div", {}),
      close = h("button", { type: "button", class: "mm-close" }, "Back to the map");
    const section = h(
      "section",
      { class: "mm-tables", "aria-label": "What the map shows, as tables", tabindex: "-1" },
      close,
      inside,
    );
    section.hidden = true;
    map.getContainer().after(section);
    const fill = () => {
      if (section.hidden && !paper.matches && !printing) return;
      inside.replaceChildren(
        ...state.tables
          .filter((one) => !one.layer || map.hasLayer(one.layer))
          .map((one) => {
            const rows = one.rows();
            return h(
              "table",
              {},
              h(
                "caption",
                {},
                one.caption() +
                  " (" +
                  count(rows.length, "row") +
                  (one.total && one.total > rows.length ? " of " + mm.grouped(one.total) : "") +
                  ")",
              ),
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  one.head.map((text) => h("th", { scope: "col" }, text)),
                ),
              ),
              h(
                "tbody",
                {},
                rows.map((cells) =>
                  h(
                    "tr",
                    {},
                    cells.map((cell, column) =>
                      h(column ? "td" : "th", column ? {} : { scope: "row" }, cell),
                    ),
                  ),
                ),
              ),
            );
          }),
      );
    };
    state.tables.refresh = fill;
    // Before the pages are counted: what comes later is cut off.
    window.addEventListener("beforeprint", () => {
      printing = true;
      fill();
    });
    window.addEventListener("afterprint", () => (printing = false));
    const button = h("button", { type: "button", "aria-expanded": "false" }, "Show as table");
    const toggle = (open) => {
      section.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      fill();
      (open ? section : button).focus();
    };
    button.addEventListener("click", () => toggle(true));
    close.addEventListener("click", () => toggle(false));
    section.addEventListener("keydown", (event) => {
      if (event.key === "Escape") toggle(false);
    });
    map.on("mineralmap:change layeradd layerremove", () => {
      if (!section.hidden) fill();
    });
    corner(map, "bottomleft", h("div", { class: "mm-box mm-view" }, button));
  };
})(mineralmap);
