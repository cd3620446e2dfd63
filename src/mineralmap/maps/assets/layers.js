/* The layers: ground, states, coast, deposits and other spots, initiatives, arcs.
   Each one redraws what a new day or filter changes, offers its rows to the table and its names
   to the search. */
"use strict";
(function (mm) {
  const { h, link, count, layers, unpackLine, ring } = mm;

  const onChange = (map, draw) => {
    map.on("mineralmap:change", draw);
    draw();
  };

  layers.world = function (map, data) {
    // All in one path: nobody clicks them, and one path is drawn faster than two hundred.
    const arcs = data.arcs.map((arc) => unpackLine(arc, data.steps)),
      parts = data.shapes.flat();
    return L.polygon(
      parts.map((rings) => rings.map((numbers) => ring(arcs, numbers))),
      {
        pane: "mm-world",
        interactive: false,
        color: data.line,
        weight: 0.7,
        fillColor: data.fill,
        fillOpacity: 1,
        className: "mm-countries",
      },
    );
  };

  // ------------------------------------------------------------------ states

  /** Return fill and label of a state where the shade counts initiatives as of the day. */
  function counted(data, items, code) {
    const number = items.filter((item) => item.scope === "rare_earth" && item.states.includes(code)).length;
    const step = data.ramp.tops.findIndex((top) => number <= top);
    return {
      fill: data.ramp.colours[number ? (step < 0 ? data.ramp.tops.length : step + 1) : 0],
      label: number ? count(number, "rare-earth initiative") : "no rare-earth initiative in the tables",
    };
  }

  layers.states = function (map, data) {
    const state = mm.of(map),
      group = L.featureGroup(),
      arcs = data.arcs.map((arc) => unpackLine(arc, data.steps)),
      drawn = [];
    const line = (number, look) =>
      group.addLayer(
        L.polyline(arcs[number], { pane: "mm-shore", interactive: false, smoothFactor: 0.4, ...look }),
      );
    for (const one of data.states) {
      const content = () => {
        const here = state.now.items
          .filter((item) => item.states.includes(one.code))
          .sort(mm.byStage(state.store.style));
        const main = here.filter((item) => item.scope === "rare_earth"),
          other = here.filter((item) => item.scope !== "rare_earth");
        return [
          h("h2", {}, one.name),
          one.figures.map((figure) =>
            h(
              "p",
              {},
              figure.text + " ",
              h("span", { class: "mm-src mm-quiet" }, "Source: ", link(figure.url, figure.publisher)),
            ),
          ),
          h(
            "p",
            {},
            main.length
              ? count(main.length, "rare-earth initiative") + " in the tables:"
              : "No rare-earth initiative shown. That is no proof that there is none.",
          ),
          main.map((item) => mm.folded(state.store, item)),
          other.length ? h("p", { class: "mm-quiet mm-gap" }, "Other critical minerals:") : null,
          other.map((item) => mm.folded(state.store, item)),
        ];
      };
      const look = {
        pane: "mm-states",
        color: data.line,
        weight: 0.8,
        fillOpacity: 1,
        smoothFactor: 0.4,
        className: "mm-state",
      };
      const polygon = L.polygon(
        one.shape.map((rings) => rings.map((numbers) => ring(arcs, numbers))),
        look,
      );
      const parts = [polygon];
      if (one.dot)
        parts.push(
          L.circleMarker(one.at, {
            pane: "mm-shore",
            radius: 4,
            color: data.outline,
            weight: 1,
            fillOpacity: 1,
            className: "mm-dot",
          }),
        );
      const entry = { one, parts, label: one.label };
      drawn.push(entry);
      // Below a frame of points the states are ground only.
      if (!state.store) {
        parts.forEach((part) => {
          part.options.interactive = false;
          group.addLayer(part);
        });
        continue;
      }
      for (const part of parts) {
        mm.clickable(map, part, one.name + (one.label ? ": " + one.label : ""), content);
        mm.tip(part, () => one.name + (entry.label ? ": " + entry.label : ""), { sticky: true });
        group.addLayer(part);
      }
      polygon.on("mouseover", () => polygon.setStyle({ color: data.strong, weight: 2 }).bringToFront());
      polygon.on("mouseout", () => polygon.setStyle({ color: data.line, weight: 0.8 }));
      if (one.named) {
        group.addLayer(
          L.marker(one.at, {
            interactive: false,
            keyboard: false,
            pane: "mm-shore",
            icon: L.divIcon({
              className: "mm-name" + (data.focus.includes(one.code) ? " mm-focus" : ""),
              iconSize: [0, 0],
              html: h("span", {}, one.name),
            }),
          }),
        );
      }
      state.finds.push({
        what: "state",
        text: one.name,
        go: () => {
          map.fitBounds(polygon.getBounds(), { maxZoom: 7 });
          mm.openPopup(map, one.at, content);
        },
      });
    }
    for (const number of data.focus_edge) line(number, { color: data.strong, weight: 2 });
    for (const number of data.edge) line(number, { color: data.outline, weight: 1.2 });
    onChange(map, () => {
      for (const entry of drawn) {
        const { fill, label } = data.ramp ? counted(data, state.now.items, entry.one.code) : entry.one;
        const away = data.focus.length && !data.focus.includes(entry.one.code);
        entry.label = label;
        for (const part of entry.parts) {
          part.setStyle({ fillColor: away ? mm.mixed(fill, data.land, 0.35) : fill });
          const element = part.getElement && part.getElement();
          if (element) element.setAttribute("aria-label", entry.one.name + (label ? ": " + label : ""));
        }
      }
    });
    if (state.store)
      state.tables.push({
        caption: () => "States and union territories",
        head: ["State", "Shade"],
        layer: group,
        rows: () => drawn.filter((entry) => entry.label).map((entry) => [entry.one.name, entry.label]),
      });
    return group;
  };

  layers.districts = function (map, data) {
    const group = L.layerGroup();
    for (const one of data.lines)
      L.polyline(unpackLine(one, data.steps), {
        pane: "mm-shore",
        interactive: false,
        color: data.colour,
        weight: 0.8,
        dashArray: "1 3",
      }).addTo(group);
    for (const name of data.names) {
      L.marker(name.at, {
        interactive: false,
        keyboard: false,
        pane: "mm-shore",
        icon: L.divIcon({
          className: "mm-name mm-district-name",
          iconSize: [0, 0],
          html: h("span", {}, name.text),
        }),
      }).addTo(group);
    }
    // District names are for a close look: from afar they would cover the map.
    const near = () => map.getContainer().classList.toggle("mm-near", map.getZoom() >= 7.5);
    map.on("zoomend", near);
    map.whenReady(near);
    return group;
  };

  layers.shore = function (map, data) {
    const group = L.layerGroup();
    for (const line of data.lines) {
      L.polyline(unpackLine(line, data.steps), {
        pane: "mm-shore",
        interactive: false,
        color: data.colour,
        weight: 3,
        opacity: 0.9,
        lineCap: "butt",
        className: "mm-shore",
      }).addTo(group);
    }
    return group;
  };

  // ------------------------------------------------------------------ deposits, facilities, ports

  layers.spots = function (map, data) {
    const state = mm.of(map),
      group = L.layerGroup();
    for (const spot of data.spots) {
      const marker = L.marker([spot.lat, spot.lon], {
        pane: "mm-deposits",
        keyboard: true,
        icon: L.divIcon({
          className: "mm-pin mm-" + data.kind,
          iconSize: [spot.size, spot.size],
          html: mm.spotSign(data.kind, spot.size, spot.known, data.colour),
        }),
      });
      const label = data.word + ": " + spot.name;
      const content = () => [
        h("h2", {}, spot.name),
        spot.lines.map((line) => h("p", {}, line)),
        h("p", { class: "mm-src mm-quiet" }, "Source: ", link(spot.url, spot.publisher)),
      ];
      group.addLayer(mm.tip(mm.clickable(map, marker, label, content), label));
      state.finds.push({
        what: data.word.toLowerCase(),
        text: spot.name,
        go: () => {
          map.setView([spot.lat, spot.lon], Math.max(map.getZoom(), 7));
          mm.openPopup(map, [spot.lat, spot.lon], content);
        },
      });
    }
    state.tables.push({
      caption: () => data.plural,
      head: [data.word, "What is known", "Source"],
      layer: group,
      rows: () => data.spots.map((spot) => [spot.name, spot.lines.join(" "), link(spot.url, spot.publisher)]),
    });
    return group;
  };

  /** The sign of a deposit (diamond), a facility (square with a roof) or a port (ring). */
  mm.spotSign = function (kind, size, known, colour) {
    if (kind === "deposit") return mm.diamond(size, known ? colour : "#ffffff", colour);
    const shape =
      kind === "port" ? ["circle", { cx: 8, cy: 8, r: 5 }] : ["path", { d: "M2 14V6l4 3V6l4 3V2h4v12z" }];
    return mm.svg(
      "svg",
      { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" },
      mm.svg(shape[0], {
        ...shape[1],
        fill: "#ffffff",
        stroke: colour,
        "stroke-width": 1.8,
        "stroke-linejoin": "round",
      }),
    );
  };

  // ------------------------------------------------------------------ initiatives

  /** Pins: one a place, or one for places whose signs would cover each other at this zoom; the list stands inside. */
  layers.pins = function (map, data) {
    const state = mm.of(map),
      store = state.store,
      group = L.layerGroup(),
      drawn = new Map(),
      hollow = data.scope !== "rare_earth";
    let spots = new Map();
    state.scopes.push({ scope: data.scope, layer: group });
    const keyOf = (item) => item.place[0].toFixed(2) + "," + item.place[1].toFixed(2);

    /** Join places whose signs would cover each other on the screen; the sign stands where the furthest stage is. */
    function joined(places) {
      const found = [],
        best = mm.byStage(store.style),
        limit = map.getZoom() < 3.75 ? 5 : 0.7 * data.size;
      for (const items of places.values()) items.sort(best);
      for (const [key, items] of [...places].sort(
        (a, b) => best(a[1][0], b[1][0]) || (a[0] < b[0] ? -1 : 1),
      )) {
        const at = map.project(items[0].place.slice(0, 2)),
          near = found.find((one) => one.at.distanceTo(at) < limit);
        if (near) near.items.push(...items);
        else found.push({ key, at, items: [...items] });
      }
      return new Map(found.map((one) => [one.key, one.items]));
    }

    function make(key, items) {
      const first = items[0],
        [lat, lon, name] = first.place,
        layersHere = [];
      for (const [south, east, , precision] of new Map(
        items.map((item) => [keyOf(item), item.place]),
      ).values()) {
        if (precision === "site") continue;
        // A soft ring for a town, a larger soft disc for a district: the point is not the site.
        layersHere.push(
          L.circleMarker([south, east], {
            pane: "mm-shore",
            interactive: false,
            radius: precision === "town" ? 11 : 18,
            stroke: precision === "town",
            color: store.style.ink,
            weight: 1,
            opacity: 0.25,
            fillColor: store.style.ink,
            fillOpacity: precision === "town" ? 0.12 : 0.1,
            className: "mm-" + precision,
          }),
        );
      }
      const box = h(
        "span",
        { class: "mm-sign" },
        mm.glyph(first.stage, store.style, data.size, hollow),
        items.length > 1 ? h("b", {}, String(items.length)) : null,
      );
      const marker = L.marker([lat, lon], {
        keyboard: true,
        riseOnHover: true,
        icon: L.divIcon({ className: "mm-pin mm-initiative", iconSize: [data.size, data.size], html: box }),
      });
      // Those told at first stay in an open pop-up as long as they are shown, also where a zoom has parted them.
      const own = new Set(items.map((item) => item.number));
      const here = () => {
        const shown = [...spots.values()].flat().filter((item) => own.has(item.number)),
          more = (spots.get(key) || []).filter((item) => !own.has(item.number));
        return [...shown, ...more].sort(mm.byStage(store.style));
      };
      const heading = () => {
        const now = here();
        return (
          count(now.length, "initiative") +
          (new Set(now.map(keyOf)).size > 1 ? " around " : " at ") +
          (name || "this place")
        );
      };
      const label =
        items.length === 1 ? first.title + ", " + mm.stageWord(store, first.stage).toLowerCase() : heading();
      const content = () => {
        const now = here();
        if (!now.length) return null;
        return now.length === 1
          ? mm.story(store, now[0], true)
          : [h("h2", {}, heading()), now.map((item) => mm.folded(store, item))];
      };
      layersHere.push(mm.tip(mm.clickable(map, marker, label, content), label));
      return layersHere;
    }

    function draw() {
      const places = new Map(),
        signatures = new Map();
      for (const item of state.now.items) {
        if (!item.place || item.scope !== data.scope) continue;
        const key = keyOf(item);
        if (!places.has(key)) places.set(key, []);
        places.get(key).push(item);
      }
      spots = joined(places);
      for (const [key, items] of spots) {
        items.sort(mm.byStage(store.style));
        signatures.set(key, items.map((item) => item.number + item.stage + item.place).join());
      }
      let focused = null;
      for (const [key, one] of drawn) {
        if (signatures.get(key) === one.signature) continue;
        if (
          one.layers.some(
            (layer) =>
              layer.getElement && layer.getElement() && layer.getElement() === document.activeElement,
          )
        )
          focused = one.number;
        one.layers.forEach((layer) => group.removeLayer(layer));
        drawn.delete(key);
      }
      for (const [key, items] of spots) {
        if (drawn.has(key)) continue;
        const made = make(key, items);
        made.forEach((layer) => group.addLayer(layer));
        drawn.set(key, { signature: signatures.get(key), layers: made, number: items[0].number });
      }
      // A pin that had the focus may now be part of another one.
      const holder =
        focused === null
          ? null
          : [...spots].find(([, items]) => items.some((item) => item.number === focused));
      if (holder) {
        const element = drawn.get(holder[0]).layers.at(-1).getElement();
        if (element) element.focus({ preventScroll: true });
      }
    }
    onChange(map, draw);
    map.on("zoomend", draw);
    return group;
  };

  // ------------------------------------------------------------------ partners

  layers.arcs = function (map, data) {
    const state = mm.of(map),
      store = state.store,
      group = L.layerGroup(),
      labels = [];
    let signature = "";

    /** Return the ties of a partner as of the day: [{tie, number of events}], and all its events. */
    function tiesOf(partner) {
      const ties = partner.ties
        .map((tie) => ({ tie, events: tie.events.filter((one) => state.now.events.has(one)) }))
        .filter((one) => one.events.length);
      return { ties, all: new Set(ties.flatMap((one) => one.events)) };
    }

    function words({ ties, all }) {
      const alone = ties.find((one) => !one.tie.who),
        withStates = ties
          .filter((one) => one.tie.who)
          .map((one) => one.tie.who + " (" + one.events.length + ")");
      return (
        count(all.size, "rare-earth event") +
        ": " +
        (alone ? alone.events.length + " without a state" : "each names a state") +
        (withStates.length ? "; with " + withStates.join(", ") + "." : "; none names a state.")
      );
    }

    function contentOf(partner) {
      return () => {
        const found = tiesOf(partner);
        if (!found.all.size) return null;
        const items = state.now.items
          .filter((item) => item.known.some((one) => found.all.has(one)))
          .sort(mm.byStage(store.style));
        return [
          h("h2", {}, partner.name),
          h("p", {}, words(found)),
          h(
            "p",
            { class: "mm-quiet" },
            partner.blocs.length
              ? "Member of " + partner.blocs.join(", ") + "."
              : "Membership of blocs: not in the tables.",
          ),
          items.map((item) => mm.folded(store, item)),
        ];
      };
    }

    function drawPartner(partner, found) {
      const content = contentOf(partner),
        arcs = [];
      for (const { tie, events } of found.ties) {
        const start = tie.starts.find((one) => one[0] <= state.now.day) || tie.starts[tie.starts.length - 1];
        for (const line of start[1]) {
          const path = L.polyline(unpackLine(line, data.steps), {
            pane: "mm-arcs",
            color: partner.colour,
            weight: Math.min(4, 1 + 0.4 * (events.length - 1)),
            opacity: 0.55,
            dashArray: tie.who ? null : "5 5",
            smoothFactor: 0.5,
            className: "mm-arc",
          });
          path.on("click", (event) => {
            L.DomEvent.stop(event);
            mm.openPopup(map, event.latlng, content);
          });
          arcs.push(
            mm.tip(
              path,
              partner.name +
                " and " +
                (tie.who || "the Union") +
                ": " +
                count(events.length, "rare-earth event"),
              { sticky: true },
            ),
          );
          group.addLayer(path);
        }
      }
      const icon = L.divIcon({
        className: "mm-partner",
        iconSize: [0, 0],
        html: h("span", {}, partner.name + " " + found.all.size),
      });
      const marker = mm.clickable(
        map,
        L.marker([partner.lat, partner.lon], { icon: icon, keyboard: true }),
        partner.name + ": " + count(found.all.size, "rare-earth event"),
        content,
      );
      mm.tip(marker, words(found));
      // Hovering one partner fades the arcs of all others.
      for (const layer of [marker, ...arcs]) {
        layer.on("mouseover", () =>
          group.eachLayer(
            (other) => other.setStyle && other.setStyle({ opacity: arcs.includes(other) ? 0.95 : 0.12 }),
          ),
        );
        layer.on("mouseout", () =>
          group.eachLayer((other) => other.setStyle && other.setStyle({ opacity: 0.55 })),
        );
      }
      group.addLayer(marker);
      labels.push(marker);
    }

    onChange(map, () => {
      const found = data.partners
        .map((partner) => [partner, tiesOf(partner)])
        .filter(([, one]) => one.all.size)
        .sort((a, b) => b[1].all.size - a[1].all.size);
      const next = JSON.stringify(
        found.map(([partner, one]) => [
          partner.iso3,
          one.ties.map(({ tie, events }) => [
            events.length,
            tie.starts.findIndex((start) => start[0] <= state.now.day),
          ]),
        ]),
      );
      if (next === signature) return;
      signature = next;
      group.clearLayers();
      labels.length = 0;
      found.forEach(([partner, one]) => drawPartner(partner, one));
      spread(map, labels);
    });
    group.on("add", () => spread(map, labels));
    map.on("zoomend moveend", () => spread(map, labels));
    for (const partner of data.partners) {
      state.finds.push({
        what: "partner",
        text: partner.name,
        go: () => {
          map.setView([partner.lat, partner.lon], 4);
          mm.openPopup(map, [partner.lat, partner.lon], contentOf(partner));
        },
      });
    }
    state.tables.push({
      caption: () => "Rare-earth ties with other countries",
      head: ["Country", "Events", "Member of"],
      layer: group,
      rows: () =>
        data.partners
          .map((partner) => [partner, tiesOf(partner)])
          .filter(([, one]) => one.all.size)
          .map(([partner, one]) => [partner.name, words(one), partner.blocs.join(", ")]),
    });
    return group;
  };

  /** Move labels apart that would lie over each other; the first in the list keep their place. */
  function spread(map, markers) {
    const taken = [],
      moves = [],
      steps = [[0, 0]],
      wide = map.getSize().x;
    for (let ring = 1; ring <= 6; ring++)
      steps.push(
        [0, ring],
        [0, -ring],
        [ring, 0],
        [-ring, 0],
        [ring / 2, ring],
        [-ring / 2, ring],
        [ring / 2, -ring],
        [-ring / 2, -ring],
      );
    // Seen from far, names of neighbours would cover India.
    if (map.getZoom() < 3.75) {
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
      const free = (x, y) =>
        taken.every((box) => Math.abs(box.x - x) * 2 >= box.w + w || Math.abs(box.y - y) * 2 >= box.h + tall);
      // A name whose place is in view is in view as a whole.
      const inside = (x) =>
        at.x > 0 && at.x < wide ? Math.min(wide - w / 2, Math.max(w / 2, at.x + x)) - at.x : x;
      const [dx, dy] = steps
        .map(([right, down]) => [inside(right * w * 0.6), down * tall])
        .find(([x, y]) => free(at.x + x, at.y + y)) || [inside(0), 0];
      taken.push({ x: at.x + dx, y: at.y + dy, w: w, h: tall });
      moves.push([text, dx, dy]);
    }
    for (const [text, dx, dy] of moves)
      Object.assign(text.style, { marginLeft: dx + "px", marginTop: dy + "px" });
  }
})(mineralmap);
