// @ts-check
/* The ground of a map and its fixed points: world, states, districts, shore, deposits, works, ports.
   Each layer redraws what a new day or filter changes, and offers its rows to the table, its names to
   the search and to the map, and lists for those who do not point. */
"use strict";
(function (mm) {
  const { h, link, count, layers, unpackLine, ring } = mm;
  const STILL = { interactive: false, keyboard: false };
  /** Names are placed in this order: those that the map is about, places, areas by size. */
  const ORDER = { focus: 0, state: 300, district: 500 };

  const areaOf = (arcs, polygons) => polygons.map((rings) => rings.map((numbers) => ring(arcs, numbers)));

  layers.world = function (map, data) {
    // All in one path: nobody clicks them, and one path is drawn faster than two hundred.
    const arcs = data.arcs.map((arc) => unpackLine(arc, data.steps));
    const look = { color: data.line, weight: 0.7, fillColor: data.fill, fillOpacity: 1 };
    return L.polygon(areaOf(arcs, data.shapes.flat()), {
      ...{ pane: "mm-world", interactive: false, className: "mm-countries" },
      ...look,
    });
  };

  // ------------------------------------------------------------------ states

  /** Return fill and label of a state where its fill counts initiatives as of the day. */
  function counted({ bounds, colours, none, unlisted }, { store, now }, code) {
    const here = (item) => item.main && item.group === "project" && item.states.includes(code);
    const number = now.items.filter(here).length;
    if (!number) return { fill: none, label: unlisted };
    const step = bounds.findIndex((bound) => number <= bound);
    return { fill: colours.at(step), label: count(number, "rare-earth " + store.groups.project[0]) };
  }

  /** What the story of a state says. */
  function stateContent({ store, now }, one, label) {
    const here = now.items.filter((item) => item.states.includes(one.code)).sort(mm.byStage(store));
    const main = here.filter((item) => item.main),
      other = here.filter((item) => !item.main);
    const some = "Rare earths, in the tables: " + mm.groupWords(store, main) + ":",
      none = "No " + store.nouns.initiative + " shown. That is no proof that there is none.";
    return [
      h("h2", {}, one.name),
      one.figures.length ? null : h("p", { class: "mm-quiet" }, label),
      one.figures.map((figure) => h("p", {}, figure.text + " ", mm.source(figure))),
      h("p", {}, main.length ? some : none),
      main.map((item) => mm.folded(store, item)),
      other.length ? h("p", { class: "mm-quiet mm-gap" }, "Other critical minerals:") : null,
      other.map((item) => mm.folded(store, item)),
    ];
  }

  layers.states = function (map, data) {
    const state = mm.of(map),
      group = L.featureGroup(),
      arcs = data.arcs.map((arc) => unpackLine(arc, data.steps)),
      shapes = new Map(data.states.map((one) => [one.code, areaOf(arcs, one.shape)]));
    state.outlineOf = (code) => shapes.get(code) || [];
    // Below a frame of points the states are a ground only.
    const interactive = Boolean(state.store);
    const rim = { color: data.line, weight: 0.8 },
      strong = { color: data.strong, weight: 1.6 };

    function draw(one) {
      const look = { pane: "mm-states", fillOpacity: 1, smoothFactor: 0.4, interactive, ...rim };
      const polygon = L.polygon(shapes.get(one.code), { ...look, className: "mm-state" });
      const dot = {
        pane: "mm-shore",
        radius: 4,
        color: data.outline,
        weight: 1,
        fillOpacity: 1,
        interactive,
      };
      const parts = [polygon, ...(one.dot ? [L.circleMarker(one.at, { ...dot, className: "mm-dot" })] : [])];
      const entry = { one, parts, label: one.label };
      parts.forEach((part) => group.addLayer(part));
      if (!interactive) return entry;
      const words = () => one.name + (entry.label ? ": " + entry.label : "");
      entry.story = {
        id: one.code,
        content: () => stateContent(state, one, entry.label),
        codes: () => [one.code],
      };
      for (const part of parts) mm.opens(map, mm.tip(part, words, { sticky: true }), entry.story);
      polygon.on("mouseover", () => polygon.setStyle(strong).bringToFront());
      polygon.on("mouseout", () => polygon.setStyle(rim));
      state.finds.push({
        what: "state",
        text: one.name,
        story: entry.story,
        bounds: () => polygon.getBounds(),
      });
      return entry;
    }

    const drawn = data.states.map(draw);
    // One path for all borders, and one for what the map is about.
    const line = (numbers, look) => {
      const still = { pane: "mm-shore", interactive: false, smoothFactor: 0.4 };
      const lines = numbers.map((number) => arcs[number]);
      group.addLayer(L.polyline(lines, { ...still, ...look }));
    };
    line(data.edge, { color: data.outline, weight: 1.2 });
    line(data.outlines, strong);
    const names = data.states.map((one) => {
      const kind = data.outlined.includes(one.code) ? "focus" : "state";
      const letters = kind === "focus" ? one.code.slice(3) : "";
      return { at: one.at, room: one.room, text: one.name, letters, kind, order: ORDER[kind] - one.room };
    });
    state.names.push({ layer: group, names: () => (mm.isFar(map) ? [] : names) });
    mm.onChange(map, () => {
      for (const entry of drawn) {
        const { one, parts } = entry;
        const { fill, label } = data.counts ? counted(data.counts, state, one.code) : one;
        const away = data.focus.length && !data.focus.includes(one.code);
        entry.label = label;
        for (const part of parts) part.setStyle({ fillColor: away ? mm.mixed(fill, data.land, 0.35) : fill });
      }
    });
    if (!interactive) return group;
    state.lists.push({
      title: () => count(drawn.length, "state or territory", "states and territories"),
      layer: group,
      rows: () =>
        drawn.map(({ one, label, story }) => ({ words: [one.name, label ? ": " + label : ""], story })),
    });
    state.tables.push({
      caption: () => "States and union territories",
      head: ["State", "Shade"],
      layer: group,
      rows: () => drawn.filter((entry) => entry.label).map((entry) => [entry.one.name, entry.label]),
    });
    return group;
  };

  /** Districts filled by numbers of the caller's own. */
  layers.areas = function (map, data) {
    const arcs = data.arcs.map((arc) => unpackLine(arc, data.steps));
    const group = L.featureGroup(
      data.rows.map((row, at) => {
        const look = {
          pane: "mm-states",
          color: data.line,
          weight: 0.5,
          fillColor: row.fill,
          fillOpacity: 1,
        };
        const area = L.polygon(areaOf(arcs, data.shapes[at]), look);
        return mm.tip(area, row.name + ": " + row.label, { sticky: true });
      }),
    );
    mm.of(map).tables.push({
      caption: () => "Districts",
      head: ["District", "Shade"],
      layer: group,
      rows: () => data.rows.map((row) => [row.name, row.label]),
    });
    return group;
  };

  layers.districts = function (map, data) {
    const look = { ...STILL, pane: "mm-shore", color: data.colour, weight: 0.8, dashArray: "1 3" };
    const lines = data.lines.map((one) => unpackLine(one, data.steps)),
      group = L.layerGroup([L.polyline(lines, look)]);
    // District names are for a close look: from afar they would cover the map.
    const names = data.names.map((one) => {
      return { ...one, text: one.name, kind: "district", order: ORDER.district - one.room, from: 7.6 };
    });
    mm.of(map).names.push({ layer: group, names: () => names });
    return group;
  };

  layers.shore = function (map, data) {
    const look = { pane: "mm-shore", interactive: false, className: "mm-shore", lineCap: "butt" };
    const line = { ...look, color: data.colour, weight: 2, opacity: 0.9 };
    const coast = L.polyline(
      data.lines.map((one) => unpackLine(one, data.steps)),
      line,
    );
    coast.mmShows = () => !mm.isFar(map) && map.getBounds().intersects(coast.getBounds());
    return coast;
  };

  // ------------------------------------------------------------------ deposits, works, ports

  /** Points that do not follow the day. They are small: a list beside the map has them for the keyboard. */
  layers.sites = function (map, data) {
    const state = mm.of(map),
      group = L.layerGroup();
    const sites = data.sites.map((site) => {
      const place = [site.lat, site.lon],
        label = data.word + ": " + site.name;
      const icon = L.divIcon({
        className: "mm-pin mm-site mm-" + data.kind,
        iconSize: [site.size, site.size],
        html: mm.sign(data.looks[site.look], site.size),
      });
      const marker = L.marker(place, { pane: "mm-sites", keyboard: false, icon });
      const story = {
        content: () => [
          h("h2", {}, site.name),
          h("p", { class: "mm-quiet" }, data.word),
          site.lines.map((line) => h("p", {}, line)),
          h("p", {}, mm.source(site)),
        ],
        place: () => place,
      };
      mm.opens(map, mm.tip(marker, label), story);
      group.addLayer(marker);
      state.finds.push({ what: data.word.toLowerCase(), text: site.name, story, place });
      return { site, story };
    });
    // From afar they would only blacken the coast.
    group.mmShows = () =>
      !mm.isFar(map) && data.sites.some((site) => map.getBounds().contains([site.lat, site.lon]));
    state.lists.push({
      title: () => data.plural + " (" + sites.length + ")",
      layer: group,
      rows: () =>
        sites.map(({ site, story }) => ({
          sign: mm.sign(data.looks[site.look], 12),
          words: [site.name],
          story,
        })),
    });
    state.tables.push({
      caption: () => data.plural,
      head: [data.word, "What is known", "Source"],
      layer: group,
      rows: () => data.sites.map((site) => [site.name, site.lines.join(" "), link(site.url, site.publisher)]),
    });
    state.features.push({
      layer: group,
      features: () =>
        data.sites.map((site) =>
          mm.feature([site.lat, site.lon], {
            kind: data.kind,
            name: site.name,
            about: site.lines.join(" "),
            source: site.url,
          }),
        ),
    });
    return group;
  };
})(mineralmap);
