// @ts-check
/* The layers: world, states, coast, sites, initiatives, arcs.
   Each one redraws what a new day or filter changes, offers its rows to the table and its names
   to the search. */
"use strict";
(function (mm) {
  const { h, link, count, layers, unpackLine, ring } = mm;
  const STILL = { interactive: false, keyboard: false };

  const areaOf = (arcs, polygons) => polygons.map((rings) => rings.map((numbers) => ring(arcs, numbers)));

  /** A name on the map; nobody clicks it. */
  function nameAt(place, text, kind) {
    const icon = L.divIcon({ className: "mm-name " + kind, iconSize: [0, 0], html: h("span", {}, text) });
    return L.marker(place, { ...STILL, pane: "mm-shore", icon });
  }

  /** Offer a place to the search: go there and open its pop-up. */
  function findable(map, what, text, content, place, look) {
    const go = () => {
      look();
      mm.openPopup(map, place, content);
    };
    mm.of(map).finds.push({ what, text, go });
  }

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

  /** What the pop-up of a state says. */
  function stateContent({ store, now }, one) {
    const here = now.items.filter((item) => item.states.includes(one.code)).sort(mm.byStage(store));
    const main = here.filter((item) => item.main),
      other = here.filter((item) => !item.main);
    const some = "Rare earths, in the tables: " + mm.groupWords(store, main) + ":",
      none = "No " + store.nouns.initiative + " shown. That is no proof that there is none.";
    return [
      h("h2", {}, one.name),
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
      arcs = data.arcs.map((arc) => unpackLine(arc, data.steps));
    // Below a frame of points the states are a ground only.
    const interactive = Boolean(state.store);
    const rim = { color: data.line, weight: 0.8 },
      strong = { color: data.strong, weight: 2 };

    function draw(one) {
      const look = { pane: "mm-states", fillOpacity: 1, smoothFactor: 0.4, interactive, ...rim };
      const polygon = L.polygon(areaOf(arcs, one.shape), { ...look, className: "mm-state" });
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
      const content = () => stateContent(state, one),
        words = () => one.name + (entry.label ? ": " + entry.label : "");
      for (const part of parts) mm.tip(mm.clickable(map, part, words(), content), words, { sticky: true });
      polygon.on("mouseover", () => polygon.setStyle(strong).bringToFront());
      polygon.on("mouseout", () => polygon.setStyle(rim));
      const focused = data.focus.includes(one.code);
      if (one.named) group.addLayer(nameAt(one.at, one.name, focused ? "mm-focus" : ""));
      const lookAt = () => map.fitBounds(polygon.getBounds(), { maxZoom: 7 });
      findable(map, "state", one.name, content, one.at, lookAt);
      return entry;
    }

    const drawn = data.states.map(draw);
    const line = (number, look) => {
      const still = { pane: "mm-shore", interactive: false, smoothFactor: 0.4 };
      group.addLayer(L.polyline(arcs[number], { ...still, ...look }));
    };
    data.focus_edge.forEach((number) => line(number, strong));
    data.edge.forEach((number) => line(number, { color: data.outline, weight: 1.2 }));
    mm.onChange(map, () => {
      for (const entry of drawn) {
        const { one, parts } = entry;
        const { fill, label } = data.counts ? counted(data.counts, state, one.code) : one;
        const away = data.focus.length && !data.focus.includes(one.code);
        entry.label = label;
        for (const part of parts) {
          part.setStyle({ fillColor: away ? mm.mixed(fill, data.land, 0.35) : fill });
          const element = part.getElement && part.getElement();
          if (element) element.setAttribute("aria-label", one.name + (label ? ": " + label : ""));
        }
      }
    });
    if (!interactive) return group;
    state.tables.push({
      caption: () => "States and union territories",
      head: ["State", "Shade"],
      layer: group,
      rows: () => drawn.filter((entry) => entry.label).map((entry) => [entry.one.name, entry.label]),
    });
    return group;
  };

  layers.districts = function (map, data) {
    const look = { ...STILL, pane: "mm-shore", color: data.colour, weight: 0.8, dashArray: "1 3" };
    const group = L.layerGroup([
      ...data.lines.map((one) => L.polyline(unpackLine(one, data.steps), look)),
      ...data.names.map((name) => nameAt(name.at, name.text, "mm-district-name")),
    ]);
    // District names are for a close look: from afar they would cover the map.
    const near = () => map.getContainer().classList.toggle("mm-near", map.getZoom() >= 7.5);
    map.on("zoomend", near);
    map.whenReady(near);
    return group;
  };

  layers.shore = function (map, data) {
    const look = { pane: "mm-shore", interactive: false, className: "mm-shore", lineCap: "butt" };
    const line = { ...look, color: data.colour, weight: 3, opacity: 0.9 };
    return L.layerGroup(data.lines.map((one) => L.polyline(unpackLine(one, data.steps), line)));
  };

  // ------------------------------------------------------------------ deposits, facilities, ports

  layers.sites = function (map, data) {
    const group = L.layerGroup();
    for (const site of data.sites) {
      const place = [site.lat, site.lon],
        label = data.word + ": " + site.name;
      const icon = L.divIcon({
        className: "mm-pin mm-site mm-" + data.kind,
        iconSize: [site.size, site.size],
        html: mm.sign(data.looks[site.look], site.size),
      });
      const marker = L.marker(place, { pane: "mm-sites", keyboard: true, icon });
      const content = () => [
        h("h2", {}, site.name),
        site.lines.map((line) => h("p", {}, line)),
        h("p", {}, mm.source(site)),
      ];
      group.addLayer(mm.tip(mm.clickable(map, marker, label, content), label));
      const look = () => map.setView(place, Math.max(map.getZoom(), 7));
      findable(map, data.word.toLowerCase(), site.name, content, place, look);
    }
    mm.of(map).tables.push({
      caption: () => data.plural,
      head: [data.word, "What is known", "Source"],
      layer: group,
      rows: () => data.sites.map((site) => [site.name, site.lines.join(" "), link(site.url, site.publisher)]),
    });
    return group;
  };

  // ------------------------------------------------------------------ initiatives

  const keyOf = (item) => item.place[0].toFixed(2) + "," + item.place[1].toFixed(2);

  /** Join places whose markers would cover each other on the screen; the marker of the furthest stage stays.
      @param {Item[]} items @returns {Map<string, Item[]>} */
  function joinedByPlace(map, items, best, size) {
    const places = new Map(),
      clusters = [],
      limit = map.getZoom() < mineralmapSettings.farZoom ? 5 : 0.7 * size;
    for (const item of [...items].sort(best)) {
      const key = keyOf(item);
      places.set(key, [...(places.get(key) || []), item]);
    }
    const ordered = [...places].sort((a, b) => best(a[1][0], b[1][0]) || (a[0] < b[0] ? -1 : 1));
    for (const [key, here] of ordered) {
      const at = map.project(here[0].place.slice(0, 2)),
        near = clusters.find((one) => one.at.distanceTo(at) < limit);
      if (near) near.items.push(...here);
      else clusters.push({ key, at, items: [...here] });
    }
    return new Map(clusters.map((one) => [one.key, one.items.sort(best)]));
  }

  /** What marks a point that is not the site: a soft ring around a town, a larger disc for a district. */
  function haloOf(store, [lat, lon, , accuracy]) {
    const { halo } = store.accuracy[accuracy];
    if (!halo) return [];
    const { ink } = mineralmapSettings;
    const look = { color: ink, weight: 1, opacity: 0.25, fillColor: ink, fillOpacity: halo.opacity };
    const still = { pane: "mm-shore", interactive: false, className: "mm-" + accuracy };
    return [L.circleMarker([lat, lon], { ...still, ...look, radius: halo.radius, stroke: halo.rim })];
  }

  /** Pins: one per place, or one for places whose markers would cover each other at this zoom. */
  layers.pins = function (map, data) {
    const state = mm.of(map),
      { store } = state,
      group = L.layerGroup(),
      drawn = new Map(),
      best = mm.byStage(store);
    /** @type {Map<string, Item[]>} */
    let pins = new Map();
    state.scopes.push({ scope: data.scope, layer: group });

    function make(key, items) {
      const [lat, lon, name] = items[0].place;
      const badge = items.length > 1 ? h("b", {}, String(items.length)) : null;
      const html = h("span", { class: "mm-sign" }, mm.signOf(store, items[0], data.size), badge);
      const icon = L.divIcon({ className: "mm-pin mm-initiative", iconSize: [data.size, data.size], html });
      const marker = L.marker([lat, lon], { keyboard: true, riseOnHover: true, icon });
      // Those listed at first stay in an open pop-up as long as they are shown, also where a zoom has parted them.
      const listed = new Set(items.map((item) => item.number));
      const here = () => {
        const shown = [...pins.values()].flat().filter((item) => listed.has(item.number)),
          more = (pins.get(key) || []).filter((item) => !listed.has(item.number));
        return [...shown, ...more].sort(best);
      };
      const heading = () => {
        const now = here(),
          around = new Set(now.map(keyOf)).size > 1 ? " around " : " at ";
        return count(now.length, "initiative") + around + (name || "this place");
      };
      const stage = mm.stageWord(store, items[0].stage).toLowerCase();
      const label = items.length === 1 ? items[0].title + ", " + stage : heading();
      const content = () => {
        const now = here();
        if (now.length < 2) return now.length ? mm.story(store, now[0], true) : null;
        return [h("h2", {}, heading()), now.map((item) => mm.folded(store, item))];
      };
      const places = new Map(items.map((item) => [keyOf(item), item.place]));
      const halos = [...places.values()].flatMap((place) => haloOf(store, place));
      return [...halos, mm.tip(mm.clickable(map, marker, label, content), label)];
    }

    const elementOf = (entry) => entry.layers.at(-1).getElement();

    function draw() {
      const placed = state.now.items.filter((item) => item.place && item.scope === data.scope);
      pins = joinedByPlace(map, placed, best, data.size);
      const signature = (items) => items.map((item) => item.number + item.stage + item.place).join();
      let focused = null;
      for (const [key, entry] of drawn) {
        if (pins.has(key) && signature(pins.get(key)) === entry.signature) continue;
        if (elementOf(entry) && elementOf(entry) === document.activeElement) focused = entry.number;
        entry.layers.forEach((layer) => group.removeLayer(layer));
        drawn.delete(key);
      }
      for (const [key, items] of pins) {
        if (drawn.has(key)) continue;
        const made = make(key, items);
        made.forEach((layer) => group.addLayer(layer));
        drawn.set(key, { signature: signature(items), layers: made, number: items[0].number });
      }
      // A pin that had the focus may now be part of another one.
      const holder = [...pins].find(([, items]) => items.some((item) => item.number === focused));
      const element = holder && elementOf(drawn.get(holder[0]));
      if (element) element.focus({ preventScroll: true });
    }
    mm.onChange(map, draw);
    map.on("zoomend", draw);
    return group;
  };

  // ------------------------------------------------------------------ partners

  layers.arcs = function (map, data) {
    const state = mm.of(map),
      { store } = state,
      group = L.layerGroup(),
      labels = [];
    let signature = "";
    const eventWords = (number) => count(number, store.nouns.event);

    /** Return the ties of a partner as of the day, each with its events and its start, and all its events. */
    function tiesOf(partner) {
      const { day, events } = state.now;
      const ties = partner.ties
        .map((tie) => ({
          who: tie.who,
          number: tie.events.filter((one) => events.has(one)).length,
          start: tie.starts.find(([since]) => since <= day) || tie.starts.at(-1),
        }))
        .filter((tie) => tie.number);
      return { partner, ties, all: partner.events.filter((one) => events.has(one)) };
    }

    const shown = () => data.partners.map(tiesOf).filter(({ all }) => all.length);

    function words({ ties, all }) {
      const alone = ties.find((tie) => !tie.who),
        named = ties.filter((tie) => tie.who).map((tie) => tie.who + " (" + tie.number + ")");
      const without = alone ? alone.number + " without a state" : "each names a state",
        withStates = named.length ? "; with " + named.join(", ") : "; none names a state";
      return eventWords(all.length) + ": " + without + withStates + ".";
    }

    const contentOf = (partner) => () => {
      const found = tiesOf(partner),
        events = new Set(found.all);
      if (!events.size) return null;
      const items = state.now.items.filter((item) => item.known.some((one) => events.has(one)));
      const blocs = partner.blocs.join(", ");
      return [
        h("h2", {}, partner.name),
        h("p", {}, words(found)),
        h(
          "p",
          { class: "mm-quiet" },
          blocs ? "Member of " + blocs + "." : "Membership of blocs: not in the tables.",
        ),
        items.sort(mm.byStage(store)).map((item) => mm.folded(store, item)),
      ];
    };

    function drawTie(partner, tie, content) {
      const weight = Math.min(4, 1 + 0.4 * (tie.number - 1));
      const look = { color: partner.colour, weight, opacity: 0.55, dashArray: tie.who ? null : "5 5" };
      const label = partner.name + " and " + (tie.who || "the Union") + ": " + eventWords(tie.number);
      return tie.start[1].map((line) => {
        const place = { pane: "mm-arcs", smoothFactor: 0.5, className: "mm-arc" };
        const path = L.polyline(unpackLine(line, data.steps), { ...place, ...look });
        path.on("click", (event) => {
          L.DomEvent.stop(event);
          mm.openPopup(map, event.latlng, content);
        });
        return mm.tip(path, label, { sticky: true });
      });
    }

    function drawPartner(found) {
      const { partner, ties, all } = found,
        content = contentOf(partner),
        arcs = ties.flatMap((tie) => drawTie(partner, tie, content));
      const html = h("span", {}, partner.name + " " + all.length);
      const icon = L.divIcon({ className: "mm-partner", iconSize: [0, 0], html });
      const marker = L.marker([partner.lat, partner.lon], { icon, keyboard: true });
      mm.tip(mm.clickable(map, marker, partner.name + ": " + eventWords(all.length), content), words(found));
      // Hovering one partner fades the arcs of all others.
      const fade = (of) => () =>
        group.eachLayer((other) => other.setStyle && other.setStyle({ opacity: of(arcs.includes(other)) }));
      for (const layer of [marker, ...arcs]) {
        layer.on(
          "mouseover",
          fade((own) => (own ? 0.95 : 0.12)),
        );
        layer.on(
          "mouseout",
          fade(() => 0.55),
        );
        group.addLayer(layer);
      }
      labels.push(marker);
    }

    mm.onChange(map, () => {
      const found = shown().sort((a, b) => b.all.length - a.all.length);
      const key = ({ partner, ties }) => [partner.iso3, ties.map((tie) => [tie.number, tie.start[0]])];
      const next = JSON.stringify(found.map(key));
      if (next === signature) return;
      signature = next;
      group.clearLayers();
      labels.length = 0;
      found.forEach(drawPartner);
      spread(map, labels);
    });
    group.on("add", () => spread(map, labels));
    map.on("zoomend moveend", () => spread(map, labels));
    for (const partner of data.partners) {
      const place = [partner.lat, partner.lon];
      findable(map, "partner", partner.name, contentOf(partner), place, () => map.setView(place, 4));
    }
    state.tables.push({
      caption: () => "Rare-earth ties with other countries",
      head: ["Country", "Events", "Member of"],
      layer: group,
      rows: () => shown().map((one) => [one.partner.name, words(one), one.partner.blocs.join(", ")]),
    });
    return group;
  };

  /** Moves to try for a label, in its own widths and heights: nearest first. */
  const MOVES = [[0, 0]];
  for (let n = 1; n <= 6; n++) {
    MOVES.push([0, n], [0, -n], [n, 0], [-n, 0], [n / 2, n], [-n / 2, n], [n / 2, -n], [-n / 2, -n]);
  }

  /** Move labels apart that would lie over each other; the first in the list keep their place. */
  function spread(map, markers) {
    const taken = [],
      writes = [],
      wide = map.getSize().x;
    // Seen from far, names of neighbours would cover India.
    if (map.getZoom() < mineralmapSettings.farZoom) {
      const a = map.latLngToContainerPoint([35, 69]),
        b = map.latLngToContainerPoint([7, 94]);
      taken.push({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, w: b.x - a.x, h: b.y - a.y });
    }
    // Read all sizes, then write all moves: the page is laid out once.
    for (const marker of markers) {
      const element = marker.getElement(),
        text = element && element.firstElementChild;
      if (!text) continue;
      const at = map.latLngToContainerPoint(marker.getLatLng()),
        w = text.offsetWidth + 4,
        tall = text.offsetHeight + 2;
      const apart = (box, x, y) =>
        Math.abs(box.x - x) * 2 >= box.w + w || Math.abs(box.y - y) * 2 >= box.h + tall;
      /** @param {number[]} move */
      const free = ([x, y]) => taken.every((box) => apart(box, at.x + x, at.y + y));
      // A name whose place is in view is in view as a whole.
      const inside = (x) =>
        at.x > 0 && at.x < wide ? Math.min(wide - w / 2, Math.max(w / 2, at.x + x)) - at.x : x;
      const moves = MOVES.map(([right, down]) => [inside(right * w * 0.6), down * tall]);
      const [dx, dy] = moves.find(free) || moves[0];
      taken.push({ x: at.x + dx, y: at.y + dy, w, h: tall });
      writes.push([text, dx, dy]);
    }
    for (const [text, dx, dy] of writes) {
      Object.assign(text.style, { marginLeft: dx + "px", marginTop: dy + "px" });
    }
  }
})(mineralmap);
