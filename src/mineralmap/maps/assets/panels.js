// @ts-check
/* What is around the map: title, legend, views, filters and search, the lists and the table. */
"use strict";
(function (mm) {
  const { h, svg, count, button } = mm;

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

  function folding(kind, summary, ...children) {
    return h("details", { class: "mm-box mm-" + kind }, h("summary", {}, summary), ...children);
  }

  const inside = (...children) => h("div", { class: "mm-in" }, children);

  /** Tell whether the map shows everything that it holds. */
  const isWhole = ({ store, view }) => view.day >= store.last && store.whole;

  // ------------------------------------------------------------------ title

  /** Return how many there are of each group: unlike things are never added up. */
  mm.groupWords = function (store, items) {
    const words = Object.entries(store.groups).map(([group, [one, many]]) => {
      const number = items.filter((item) => item.group === group).length;
      return number && number + " " + (number === 1 ? one : many);
    });
    return words.filter(Boolean).join(", ") || "nothing";
  };

  /** Return what is shown, of which day and under which filters, as a list of texts. */
  function shownWords(state) {
    const { store, view, now } = state;
    const main = now.items.filter((item) => item.main),
      placed = main.filter((item) => item.place).length;
    const events = [...now.events].filter((one) => store.scopes[store.events[one].scope].main).length;
    const stages = Object.keys(store.stages).filter((one) => view.stages && view.stages.has(one));
    const names = stages.map((one) => mm.stageWord(store, one)).join(", ") || "no stage";
    const filters = [view.partner && store.names[view.partner], view.stages && names].filter(Boolean);
    return [
      isWhole(state)
        ? "Data as of " + store.newest + " (newest event)"
        : "As known on " + mm.dayWords(view.day),
      "Rare earths: " +
        mm.groupWords(store, main) +
        "; " +
        placed +
        " with a place to pin; " +
        count(events, "event"),
      ...(filters.length ? ["Only: " + filters.join("; ")] : []),
    ];
  }

  /** Say the finding, the day, how much is shown and under which filters. */
  mm.title = function (map, data) {
    const state = mm.of(map),
      container = map.getContainer();
    const heading = h("h1", {}),
      line = h("p", {}),
      box = h("header", { class: "mm-title" }, heading, line);
    container.prepend(box);
    container.classList.add("mm-titled");
    L.DomEvent.disableClickPropagation(box);
    new ResizeObserver(() => container.style.setProperty("--mm-title", box.offsetHeight + "px")).observe(box);
    mm.onChange(map, () => {
      heading.textContent = mm.holdsOn(data.titles, state.store ? state.view.day : 0);
      line.textContent = [...(state.store ? shownWords(state) : []), ...data.lines].join(" · ");
    });
  };

  // ------------------------------------------------------------------ legend

  /** Draw the key of a row: a colour, a marker, a number, a soft ring or disc, or a line. */
  function drawKey(key) {
    if (key.swatch) return h("span", { class: "mm-swatch", style: "background:" + key.swatch });
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

  /** The legend: each section has a title, groups of rows (a key and words) and a note. */
  mm.legend = function (map, { sections }) {
    const row = ([key, words]) =>
      h("li", {}, h("span", { class: "mm-key" }, drawKey(key)), h("span", {}, words));
    const box = folding(
      "legend",
      "Legend",
      inside(
        sections.map(({ title, groups, note }) => [
          h("h2", {}, title),
          groups.map((rows, at) => h("ul", at ? { class: "mm-gap" } : {}, rows.map(row))),
          note && h("small", {}, note),
        ]),
      ),
    );
    box.open = roomy(map);
    corner(map, "topright", box);
  };

  // ------------------------------------------------------------------ views

  mm.views = function (map, data) {
    // Leave room for the title, the time bar, and for the legend where it is open.
    const room = () => ({
      paddingTopLeft: roomy(map) ? [20, 60] : [8, 100],
      paddingBottomRight: [roomy(map) ? 265 : 8, mm.of(map).store ? 110 : 20],
    });
    const buttons = data.views.map(({ name, bounds }) => button(name, () => map.fitBounds(bounds, room())));
    corner(
      map,
      "topleft",
      h("div", { class: "mm-box mm-view", role: "group", "aria-label": "Views" }, buttons),
    );
    map.fitBounds(data.views[0].bounds, { ...room(), animate: false });
  };

  // ------------------------------------------------------------------ filters and search

  function checkbox(words, checked, change) {
    const input = h("input", { type: "checkbox" });
    input.checked = checked;
    input.addEventListener("change", () => change(input.checked));
    return { input, label: h("label", {}, input, words) };
  }

  const fieldset = (title, ...children) => h("fieldset", {}, h("legend", {}, title), children);

  function stageFilter(map) {
    const { store } = mm.of(map),
      stages = Object.keys(store.stages),
      chosen = new Set(stages);
    const tell = () => mm.show(map, { stages: chosen.size === stages.length ? null : new Set(chosen) });
    const boxes = stages.map((stage) => {
      const words = [mm.sign(store.stages[stage], 14), h("span", {}, mm.stageWord(store, stage))];
      return checkbox(words, true, (on) => {
        if (on) chosen.add(stage);
        else chosen.delete(stage);
        tell();
      });
    });
    const all = (on) => {
      stages.forEach((stage) => (on ? chosen.add(stage) : chosen.delete(stage)));
      boxes.forEach(({ input }) => (input.checked = on));
      tell();
    };
    const buttons = [button("All", () => all(true)), button("None", () => all(false))];
    const labels = boxes.map(({ label }) => label);
    return { all, element: fieldset("Stage", labels, h("div", { class: "mm-buttons" }, buttons)) };
  }

  function partnerFilter(map) {
    const { store } = mm.of(map),
      name = (code) => store.names[code] || code;
    const versions = store.initiatives.flatMap((item) => item.versions);
    const codes = [...new Set(versions.flatMap((version) => version.partners))];
    codes.sort((a, b) => (name(a) < name(b) ? -1 : 1));
    const select = h(
      "select",
      { "aria-label": "Partner" },
      h("option", { value: "" }, "all partners and none"),
      codes.map((code) => h("option", { value: code }, name(code))),
    );
    select.addEventListener("change", () => mm.show(map, { partner: select.value }));
    return select;
  }

  function scopeFilter(map, { scope, layer }) {
    const words = h("span", {}, mm.of(map).store.scopes[scope].label);
    const change = (on) => (on ? map.addLayer(layer) : map.removeLayer(layer));
    const { input, label } = checkbox(words, map.hasLayer(layer), change);
    layer.on("add remove", () => (input.checked = map.hasLayer(layer)));
    return label;
  }

  /** Filters by stage, partner and scope, and a search over titles, steps and places. */
  mm.filters = function (map) {
    const state = mm.of(map),
      stages = stageFilter(map),
      partner = partnerFilter(map);
    const results = h("ul", { class: "mm-results" }),
      said = h("p", { class: "mm-quiet", role: "status" });
    const labels = {
      placeholder: "Company, subject, place",
      "aria-label": "Search titles, steps and places",
    };
    const search = h("input", { type: "search", autocomplete: "off", ...labels });
    const find = () => {
      const wanted = search.value.trim().toLowerCase(),
        hits = wanted.length < 2 ? [] : matches(map, wanted),
        shown = hits.slice(0, 12);
      said.textContent = wanted.length < 2 ? "" : (hits.length > 12 ? "12 of " : "") + hits.length + " found";
      const kind = (hit) => h("span", { class: "mm-quiet" }, " (" + hit.what + ")");
      results.replaceChildren(...shown.map((hit) => h("li", {}, button([hit.text, kind(hit)], hit.go))));
    };
    search.addEventListener("input", find);
    map.on("mineralmap:change", find);
    const reset = button("Show all", () => {
      partner.value = state.view.partner = "";
      stages.all(true);
    });
    const scopes = state.scopes.map((one) => scopeFilter(map, one));
    const sets = [stages.element, fieldset("Partner", partner), fieldset("Minerals", scopes)];
    const box = folding("filters", "Search and filter", inside(search, said, results, sets, reset));
    // On a phone the left side is full.
    corner(map, roomy(map) ? "topleft" : "topright", box);
  };

  /** Return what the search finds: names on the map, then initiatives by title, steps, place and partner. */
  function matches(map, wanted) {
    const { store, now, finds } = mm.of(map),
      has = (text) => text.toLowerCase().includes(wanted);
    const texts = (item) => [
      item.title,
      ...item.known.map((number) => store.events[number].title),
      ...[item.states, item.partners].map((one) => mm.namesOf(store, one)),
    ];
    const items = now.items.filter((item) => [...texts(item), item.place ? item.place[2] : ""].some(has));
    const go = (item) => () => {
      const at = item.place ? item.place.slice(0, 2) : map.getCenter();
      if (item.place) map.setView(at, Math.max(map.getZoom(), 7));
      mm.openPopup(map, at, mm.storyOf(map, item.number));
    };
    items.sort((a, b) => Number(has(b.title)) - Number(has(a.title)));
    const kind = (item) => mm.stageWord(store, item.stage).toLowerCase();
    return [
      ...finds.filter((one) => has(one.text)),
      ...items.map((item) => ({ text: item.title, what: kind(item), go: go(item) })),
    ];
  }

  // ------------------------------------------------------------------ lists and tables

  /** List what the map cannot show at a point: it is known to a state or to the country only. */
  mm.unplaced = function (map, data) {
    const state = mm.of(map),
      { store } = state;
    const words = h("span", {}),
      list = h("ul", {}),
      box = folding("unplaced", words, list);
    let signature = null;
    const row = (item) => {
      const open = (opener) => mm.openPopup(map, map.getCenter(), mm.storyOf(map, item.number), opener);
      return h("li", {}, button([mm.signOf(store, item, 14), mm.titled(store, item)], open));
    };
    box.open = data.open && roomy(map);
    mm.onChange(map, () => {
      const items = state.now.items.filter((item) => !item.place && item.main).sort(mm.byStage(store));
      const next = items.map((item) => item.number + item.stage).join();
      if (next === signature) return;
      signature = next;
      box.hidden = !items.length;
      words.textContent = items.length + " without a known place";
      list.replaceChildren(...items.map(row));
    });
    corner(map, "bottomleft", box);
  };

  /** The initiatives as rows of the table. */
  mm.initiativeTable = function (map) {
    const state = mm.of(map),
      { store } = state;
    const isOn = (item) => state.scopes.some((one) => one.scope === item.scope && map.hasLayer(one.layer));
    const when = () =>
      isWhole(state) ? "data as of " + store.newest : "as known on " + mm.dayWords(state.view.day);
    state.tables.unshift({
      caption: () => "Initiatives, " + when(),
      head: ["Initiative", "Stage", "Since", "States", "Place", "Partners", "Newest step", "Its sources"],
      rows: () =>
        state.now.items
          .filter(isOn)
          .sort(mm.byStage(store))
          .map((item) => {
            const step = store.events[item.known[0]];
            return [
              ...[item.title, mm.stageWord(store, item.stage), item.since, mm.namesOf(store, item.states)],
              ...[mm.placeWords(store, item), mm.namesOf(store, item.partners)],
              ...[step.date + ": " + step.title, mm.sources(store, step)],
            ];
          }),
    });
  };

  /** Draw one table. @param {TableRows} table */
  function drawTable(table) {
    const rows = table.rows(),
      more = (table.total || 0) > rows.length ? " of " + mm.grouped(table.total) : "";
    const cell = (content, column) => (column ? h("td", {}, content) : h("th", { scope: "row" }, content));
    const head = table.head.map((text) => h("th", { scope: "col" }, text));
    return h(
      "table",
      {},
      h("caption", {}, table.caption() + " (" + count(rows.length, "row") + more + ")"),
      h("thead", {}, h("tr", {}, head)),
      h(
        "tbody",
        {},
        rows.map((cells) => h("tr", {}, cells.map(cell))),
      ),
    );
  }

  /** A button that shows everything drawn as tables; paper always has them, below the map. */
  mm.table = function (map) {
    const { tables } = mm.of(map),
      paper = window.matchMedia("print"),
      content = h("div", {});
    let printing = false;
    const fill = () => {
      if (section.hidden && !paper.matches && !printing) return;
      const shown = tables.filter((one) => !one.layer || map.hasLayer(one.layer));
      content.replaceChildren(...shown.map(drawTable));
    };
    const toggle = (open) => {
      section.hidden = !open;
      opener.setAttribute("aria-expanded", String(open));
      fill();
      (open ? section : opener).focus();
    };
    const opener = button("Show as table", () => toggle(true), { "aria-expanded": "false" });
    const close = button("Back to the map", () => toggle(false), { class: "mm-close" });
    const label = { "aria-label": "What the map shows, as tables", tabindex: "-1" };
    const section = h("section", { class: "mm-tables", ...label }, close, content);
    section.hidden = true;
    map.getContainer().after(section);
    section.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
    tables.refresh = fill;
    // Before the pages are counted: what comes later is cut off.
    window.addEventListener("beforeprint", () => {
      printing = true;
      fill();
    });
    window.addEventListener("afterprint", () => (printing = false));
    map.on("mineralmap:change layeradd layerremove", () => section.hidden || fill());
    corner(map, "bottomleft", h("div", { class: "mm-box mm-view" }, opener));
  };
})(mineralmap);
