// @ts-check
/* Ties with other countries: from afar an arc and a label for each partner; over India only those to the
   first of them (or the one that was chosen), as far as the edge, with its name there. */
"use strict";
(function (mm) {
  const { h, count, layers, unpackLine } = mm;

  /** Return the ties of a partner as of the day, each with its events and its start, and all its events. */
  function tiesOf(state, partner) {
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

  layers.arcs = function (map, data) {
    const state = mm.of(map),
      { store } = state,
      group = L.layerGroup();
    /** @type {{ marker: any, edge: any[] | null }[]} */
    let labels = [];
    let signature = "";
    let waiting = 0;
    /** Place the labels once a frame: to read their sizes lays the page out. */
    const soon = () => {
      waiting ||= requestAnimationFrame(() => {
        waiting = 0;
        spread(map, labels);
        map.fire("mineralmap:drawn");
      });
    };
    const eventWords = (number) => count(number, store.nouns.event);
    const far = () => mm.isFar(map);

    const known = () => data.partners.map((one) => tiesOf(state, one)).filter(({ all }) => all.length);
    const chosen = () => state.view.filters.partner;
    const drawnNow = () =>
      known().filter(({ partner }) =>
        chosen() ? partner.iso3 === chosen() : far() || data.first.includes(partner.iso3),
      );

    function words({ ties, all }) {
      const alone = ties.find((tie) => !tie.who),
        named = ties.filter((tie) => tie.who).map((tie) => tie.who + " (" + tie.number + ")");
      const without = alone ? alone.number + " without a state" : "each names a state",
        withStates = named.length ? "; with " + named.join(", ") : "; none names a state";
      return eventWords(all.length) + ": " + without + withStates + ".";
    }

    /** The story of a partner. @returns {Story} */
    const storyOf = (partner) => ({
      id: partner.iso3,
      content: () => {
        const found = tiesOf(state, partner),
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
      },
      place: () => (far() ? [partner.lat, partner.lon] : null),
    });

    function drawTie(partner, tie, story) {
      const weight = Math.min(4, 1 + 0.4 * (tie.number - 1)),
        dashArray = tie.start[2] ? null : "5 5";
      const look = { color: partner.colour, weight, opacity: 0.55, dashArray };
      const label = partner.name + " and " + (tie.who || "the Union") + ": " + eventWords(tie.number);
      return tie.start[1].map((line) => {
        const place = { pane: "mm-arcs", smoothFactor: 0.5, className: "mm-arc" };
        const path = L.polyline(unpackLine(line, data.steps), { ...place, ...look });
        return mm.tip(mm.opens(map, path, story), label, { sticky: true });
      });
    }

    function drawPartner(found, most) {
      const { partner, ties, all } = found,
        story = storyOf(partner),
        arcs = ties.flatMap((tie) => drawTie(partner, tie, story));
      // From afar the name is as large as its events are many.
      const size = far() ? 11 + 6 * Math.sqrt(all.length / most) : 12.5;
      const text = partner.name + (far() ? " " + all.length : ", " + count(all.length, "event"));
      const look = { style: "font-size:" + size.toFixed(1) + "px;border-color:" + partner.colour };
      const icon = L.divIcon({
        className: far() ? "mm-partner" : "mm-partner mm-edge",
        iconSize: null,
        html: h("span", look, text),
      });
      const marker = L.marker([partner.lat, partner.lon], { icon, keyboard: true, zIndexOffset: all.length });
      mm.tip(mm.clickable(map, marker, text + " on rare earths", story), words(found));
      // Hovering one partner fades the arcs of all others.
      const fade = (of) => () =>
        group.eachLayer((other) => other.setStyle && other.setStyle({ opacity: of(arcs.includes(other)) }));
      if (far()) {
        const dot = { radius: 3, weight: 1, color: "#fff", fillColor: partner.colour, fillOpacity: 1 };
        arcs.push(
          L.circleMarker([partner.lat, partner.lon], { ...dot, pane: "mm-arcs", interactive: false }),
        );
      }
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
      labels.push({ marker, edge: far() ? null : arcs });
    }

    function draw() {
      const found = drawnNow().sort((a, b) => b.all.length - a.all.length);
      const key = ({ partner, ties }) => [partner.iso3, ties.map((tie) => [tie.number, tie.start[0]])];
      const next = JSON.stringify([far(), found.map(key)]);
      if (next !== signature) {
        signature = next;
        group.clearLayers();
        labels = [];
        found.forEach((one) => drawPartner(one, found[0].all.length));
      }
      soon();
    }
    group.mmShows = (what) => {
      const now = drawnNow();
      if (what === "other") return now.some(({ partner }) => !data.first.includes(partner.iso3));
      return now.some(({ partner }) => partner.iso3 === what);
    };
    mm.onChange(map, draw);
    map.on("zoomend", draw);
    group.on("add", soon);
    map.on("moveend resize", soon);
    const boxes = state.pinBoxes;
    state.pinBoxes = () => [
      ...boxes(),
      ...(map.hasLayer(group) ? labels.flatMap(({ marker }) => marker.mmBox || []) : []),
    ];
    for (const partner of data.partners) {
      const place = [partner.lat, partner.lon];
      state.finds.push({ what: "partner", text: partner.name, story: storyOf(partner), place, zoom: 4 });
    }
    state.tables.push({
      caption: () => "Rare-earth ties with other countries",
      head: ["Country", "Events", "Member of"],
      layer: group,
      rows: () => known().map((one) => [one.partner.name, words(one), one.partner.blocs.join(", ")]),
    });
    return group;
  };

  /** Moves to try for a label, in its own widths and heights: nearest first. */
  const MOVES = [[0, 0]];
  for (let n = 1; n <= 6; n++) {
    MOVES.push([0, n], [0, -n], [n, 0], [-n, 0], [n / 2, n], [-n / 2, n], [n / 2, -n], [-n / 2, -n]);
  }

  /** So far may a name be from its capital, in pixels. */
  const NEAR = 46;

  /** Return where the northernmost arc leaves the map: the name covers no state there. */
  function edgeOf(map, arcs) {
    const { x: wide, y: tall } = map.getSize();
    const inside = ({ x, y }) => x >= 0 && y >= 0 && x <= wide && y <= tall;
    const found = [];
    for (const arc of arcs) {
      const points = arc.getLatLngs().map((one) => map.latLngToContainerPoint(one));
      for (let at = 1; at < points.length; at++) {
        let [from, to] = [points[at - 1], points[at]];
        if (!inside(from) || inside(to)) continue;
        for (let step = 0; step < 12; step++) {
          const middle = from.add(to).divideBy(2);
          if (inside(middle)) from = middle;
          else to = middle;
        }
        found.push(from);
      }
    }
    return found.length ? found.reduce((best, one) => (one.y < best.y ? one : best)) : null;
  }

  /** Move labels apart that would lie over each other; the first in the list keep their place. */
  function spread(map, labels) {
    const taken = mm.controlBoxes(map),
      writes = [],
      { x: wide, y: deep } = map.getSize();
    // Seen from far, names of neighbours would cover India.
    if (mm.isFar(map)) {
      const a = map.latLngToContainerPoint([35, 69]),
        b = map.latLngToContainerPoint([7, 94]);
      taken.push({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, w: b.x - a.x, h: b.y - a.y });
    }
    // Read all sizes, then write all moves: the page is laid out once.
    for (const { marker, edge } of labels) {
      const element = marker.getElement();
      if (!element) continue;
      const own = map.latLngToContainerPoint(marker.getLatLng()),
        leaves = edge && edgeOf(map, edge),
        at = leaves || own,
        w = element.offsetWidth + 4,
        tall = element.offsetHeight + 2;
      const apart = (box, x, y) =>
        Math.abs(box.x - x) * 2 >= box.w + w || Math.abs(box.y - y) * 2 >= box.h + tall;
      // A name whose place is in view is in view as a whole.
      const seen = at.x >= 0 && at.x <= wide && at.y >= 0 && at.y <= deep;
      const within = (x, size, side) => (seen ? Math.min(side - size / 2 - 2, Math.max(size / 2 + 2, x)) : x);
      const moves = MOVES.map(([right, down]) => [
        within(at.x + right * w * 0.6, w, wide),
        within(at.y + down * tall, tall, deep),
      ]);
      // Far from its country a name would name another one; the dot of the capital stays without it.
      /** @param {number[]} move */
      const near = ([x, y]) => edge || Math.abs(x - at.x) - w / 2 + Math.abs(y - at.y) - tall / 2 < NEAR;
      const place = moves.filter(near).find(([x, y]) => taken.every((box) => apart(box, x, y)));
      const [x, y] = place || moves[0];
      if (place) taken.push({ x, y, w, h: tall });
      marker.mmBox = place && seen ? { x, y, w, h: tall, named: true } : null;
      writes.push([element, x - own.x - (w - 4) / 2, y - own.y - (tall - 2) / 2, place]);
    }
    // On a very small map some find no room: the table has all.
    for (const [element, dx, dy, place] of writes) {
      const visibility = place ? "" : "hidden";
      Object.assign(element.style, { marginLeft: dx + "px", marginTop: dy + "px", visibility });
    }
  }
})(mineralmap);
