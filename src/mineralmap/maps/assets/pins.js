// @ts-check
/* The initiatives that have a place: one sign a place, or one for places whose signs would touch. */
"use strict";
(function (mm) {
  const { h, count, layers } = mm;
  /** Sides of the signs: what runs is the message. A target is at least 24 pixels wide, 32 under a finger. */
  const SIZE = { running: 24, other: 16 },
    TARGET = { wide: 24, narrow: 32 };

  const keyOf = (item) => item.place[0].toFixed(2) + "," + item.place[1].toFixed(2);

  /** Join places whose targets would cover each other on the screen; the sign of the furthest stage stays.
      @param {Item[]} items @returns {Map<string, Item[]>} */
  function joinedByPlace(map, items, best, limit) {
    const places = new Map(),
      clusters = [];
    for (const item of [...items].sort(best)) {
      const key = keyOf(item);
      places.set(key, [...(places.get(key) || []), item]);
    }
    const ordered = [...places].sort((a, b) => best(a[1][0], b[1][0]) || (a[0] < b[0] ? -1 : 1));
    for (const [key, here] of ordered) {
      const at = map.project(here[0].place.slice(0, 2));
      // Targets are squares: they touch where both differences are small.
      const touches = (one) => Math.max(Math.abs(one.at.x - at.x), Math.abs(one.at.y - at.y)) < limit;
      const near = clusters.find(touches);
      if (near) near.items.push(...here);
      else clusters.push({ key, at, items: [...here] });
    }
    return new Map(clusters.map((one) => [one.key, one.items.sort(best)]));
  }

  /** What marks a point that is not the site, from nearby: a soft ring around a town, a disc for a district. */
  function haloOf(store, [lat, lon, , accuracy]) {
    const { halo } = store.accuracy[accuracy];
    if (!halo) return [];
    const { ink } = mineralmapSettings;
    const look = { color: ink, weight: 1, opacity: 0.25, fillColor: ink, fillOpacity: halo.opacity };
    const still = { pane: "mm-shore", interactive: false, className: "mm-" + accuracy };
    return [L.circleMarker([lat, lon], { ...still, ...look, radius: halo.radius + 4, stroke: halo.rim })];
  }

  /** Return the names of the places of one sign, and their order: those of the codebook come first. */
  function nameOf(store, items) {
    const sign = (item) => store.stages[item.stage].sign,
      telling = items.filter((item) => sign(item) === sign(items[0]));
    const orders = telling.map((item) => item.place[4]).filter((order) => order >= 0);
    const first = [...new Set(orders)].sort((a, b) => a - b).slice(0, 3);
    if (first.length) {
      return { text: first.map((order) => store.named[order]).join("\n"), order: 10 + first[0], from: 0 };
    }
    return { text: items[0].place[2].split(/,| \(/)[0], order: 400, from: 6 };
  }

  layers.pins = function (map, data) {
    const state = mm.of(map),
      { store } = state,
      group = L.layerGroup(),
      drawn = new Map(),
      best = mm.byStage(store),
      main = store.scopes[data.scope].main;
    /** @type {Map<string, Item[]>} */
    let pins = new Map();
    const near = () => map.getZoom() >= mineralmapSettings.nearZoom,
      far = () => mm.isFar(map),
      sizeOf = (item) => (main && item.stage === store.runs ? SIZE.running : SIZE.other),
      target = () => (mm.isNarrow(map) ? TARGET.narrow : TARGET.wide);

    function make(key, items) {
      const [lat, lon, name] = items[0].place,
        size = sizeOf(items[0]);
      const badge = items.length > 1 ? h("b", {}, String(items.length)) : null;
      const draw = near() ? mm.signOf : mm.familySignOf;
      // What runs unconfirmed shows beside what covers it.
      const doubtful = items[0].unconfirmed ? null : items.find((item) => item.unconfirmed);
      const second = doubtful && h("i", {}, draw(store, doubtful, 13));
      const html = h("span", { class: "mm-sign" }, second, draw(store, items[0], size), badge);
      const icon = L.divIcon({ className: "mm-pin mm-initiative", iconSize: [target(), target()], html });
      const { rank } = store.stages[items[0].stage];
      const marker = L.marker([lat, lon], {
        keyboard: true,
        riseOnHover: true,
        icon,
        zIndexOffset: rank * 100,
      });
      // Those listed at first stay in an open story as long as they are shown, also where a zoom has parted them.
      const listed = new Set(items.map((item) => item.number));
      const here = () => {
        const shown = [...pins.values()].flat().filter((item) => listed.has(item.number)),
          more = (pins.get(key) || []).filter((item) => !listed.has(item.number));
        return [...shown, ...more].sort(best);
      };
      const heading = () => {
        const now = here(),
          several = new Set(now.map(keyOf)).size > 1,
          names = nameOf(store, now).text.split("\n").join(", ");
        return (
          count(now.length, "initiative") + (several ? " around " + names : " at " + (name || "this place"))
        );
      };
      const stage = mm.stageWord(store, items[0].stage).toLowerCase();
      const label = items.length === 1 ? items[0].title + ", " + stage : heading();
      const alone = items.length === 1 ? mm.storyOf(map, items[0].number) : null;
      const story = {
        id: alone ? alone.id : "",
        content: () => {
          const now = here();
          if (now.length < 2) return now.length ? mm.story(store, now[0], true) : null;
          return [h("h2", {}, heading()), now.map((item) => mm.folded(store, item))];
        },
        place: () => [lat, lon],
        cite: alone ? alone.cite : null,
      };
      const places = new Map(items.map((item) => [keyOf(item), item.place]));
      const halos = near() ? [...places.values()].flatMap((place) => haloOf(store, place)) : [];
      return [...halos, mm.tip(mm.clickable(map, marker, label, story), label)];
    }

    const elementOf = (entry) => entry.layers.at(-1).getElement();

    /** Mark what the search found; the others step back. */
    function markHits() {
      const { hits } = state;
      map.getContainer().classList.toggle("mm-searching", Boolean(hits));
      for (const [key, entry] of drawn) {
        const found = hits && (pins.get(key) || []).some((item) => hits.has(item.number));
        const element = elementOf(entry);
        if (element) element.classList.toggle("mm-hit", Boolean(found));
      }
    }

    function draw() {
      const placed = state.now.items.filter((item) => item.place && item.scope === data.scope);
      pins = far() ? new Map() : joinedByPlace(map, placed, best, target());
      const way = String(near()) + target();
      const signature = (items) =>
        way + items.map((item) => item.number + item.stage + item.unconfirmed + item.place).join();
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
      markHits();
      // A pin that had the focus may now be part of another one.
      const holder = [...pins].find(([, items]) => items.some((item) => item.number === focused));
      const element = holder && elementOf(drawn.get(holder[0]));
      if (element) element.focus({ preventScroll: true });
      map.fire("mineralmap:drawn");
    }

    group.mmScope = data.scope;
    /** What the key has to explain. */
    group.mmShows = (what) => {
      const tops = [...pins.values()].map((items) => items[0]),
        all = [...pins.values()].flat();
      if (what === "any") return tops.length > 0;
      if (what === "several") return [...pins.values()].some((items) => items.length > 1);
      if (what === "unconfirmed") return all.some((item) => item.unconfirmed);
      if (what in store.accuracy) return near() && tops.some((item) => item.place[3] === what);
      return all.some((item) => store.stages[item.stage].sign === what);
    };
    state.names.push({
      layer: group,
      names: () =>
        [...pins.values()].map((items) => ({
          ...{ at: items[0].place.slice(0, 2), kind: "place", gap: sizeOf(items[0]) / 2 + 2 },
          ...nameOf(store, items),
        })),
    });
    const boxes = state.pinBoxes;
    state.pinBoxes = () => [
      ...boxes(),
      ...(map.hasLayer(group) ? [...pins.values()] : []).flatMap((items) => {
        const { x, y } = map.latLngToContainerPoint(items[0].place.slice(0, 2)),
          size = sizeOf(items[0]);
        const badge = { x: x + size / 2 + 2, y: y - size / 2 - 1, w: 18, h: 15 };
        return [{ x, y, w: size, h: size }, ...(items.length > 1 ? [badge] : [])];
      }),
    ];
    state.features.push({
      layer: group,
      features: () =>
        [...pins.values()].flat().map((item) => mm.feature(item.place, propertiesOf(store, item))),
    });
    mm.onChange(map, draw);
    map.on("zoomend resize", draw);
    map.on("mineralmap:hits", markHits);
    return group;
  };

  /** What a file of points says of one initiative. */
  function propertiesOf(store, item) {
    const urls = item.known.flatMap((number) =>
      store.events[number].pages.map((page) => store.pages[page].url),
    );
    return {
      initiative_id: store.initiatives[item.number].id,
      ...{
        title: item.title,
        scope: item.scope,
        type: item.type,
        stage: item.stage,
        stage_since: item.since,
      },
      ...{ states: item.states.join(";"), partners: item.partners.join(";") },
      ...{ place_name: item.place[2], location_accuracy: item.place[3] },
      sources: [...new Set(urls)].join(";"),
    };
  }

  /** One point of a GeoJSON file; longitude first. */
  mm.feature = ([lat, lon], properties) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties,
  });
})(mineralmap);
