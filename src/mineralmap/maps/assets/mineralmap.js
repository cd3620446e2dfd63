/* Draws the layers of a mineralmap page with Leaflet. Text from the tables goes in as text nodes
   only, never as markup; links are made of http(s) addresses only. */
"use strict";
var mineralmap = (function () {
  const SVG = "http://www.w3.org/2000/svg";

  // folium's Popup asks jQuery for one thing, to make an element of a string. Give it that.
  if (!window.$) {
    window.$ = function (html) {
      const box = document.createElement("template");
      box.innerHTML = String(html).trim();
      return [box.content.firstElementChild];
    };
  }

  // ------------------------------------------------------------------ small helpers

  /** Make an element; strings among the children become text nodes. */
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    for (const child of children.flat()) {
      if (child !== null && child !== undefined && child !== "") element.append(child);
    }
    return element;
  }

  function link(url, text) {
    if (!/^https?:\/\//i.test(url || "")) return document.createTextNode(text);
    return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
  }

  function count(number, one, many) {
    return number + " " + (number === 1 ? one : many || one + "s");
  }

  /** Unpack one line of the polyline code into [[lat, lon], ...]; `steps` to the degree. */
  function unpack(text, steps) {
    const points = [];
    let lat = 0, lon = 0, at = 0;
    function next() {
      let value = 0, shift = 0, group;
      do {
        group = text.charCodeAt(at++) - 63;
        value |= (group & 0x1f) << shift;
        shift += 5;
      } while (group >= 0x20);
      return value & 1 ? ~(value >> 1) : value >> 1;
    }
    while (at < text.length) {
      lat += next();
      lon += next();
      points.push([lat / steps, lon / steps]);
    }
    return points;
  }

  function unpackPolygons(polygons, steps) {
    return polygons.map((rings) => rings.map((ring) => unpack(ring, steps)));
  }

  // ------------------------------------------------------------------ stages as shapes

  function svg(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  const SHAPES = {
    talks: [["circle", { cx: 8, cy: 8, r: 5.5 }]],
    announced: [["circle", { cx: 8, cy: 8, r: 5.5 }], ["circle", { cx: 8, cy: 8, r: 1.6, class: "dot" }]],
    mou: [["circle", { cx: 8, cy: 8, r: 5.5, class: "empty" }], ["path", { d: "M8 2.5a5.5 5.5 0 0 0 0 11z", class: "half" }]],
    agreement: [["circle", { cx: 8, cy: 8, r: 5.5, class: "empty" }], ["path", { d: "M8 8V2.5a5.5 5.5 0 1 0 5.5 5.5z", class: "half" }]],
    approved: [["circle", { cx: 8, cy: 8, r: 5.5 }]],
    construction: [["rect", { x: 2.8, y: 2.8, width: 10.4, height: 10.4 }]],
    operating: [["path", { d: "M8 .8l2.2 4.7 5.1.6-3.8 3.5 1 5.1L8 12.2l-4.5 2.5 1-5.1L.7 6.1l5.1-.6z" }]],
    suspended: [["circle", { cx: 8, cy: 8, r: 5.5 }], ["path", { d: "M4.4 4.4l7.2 7.2M11.6 4.4l-7.2 7.2", class: "bar" }]],
    cancelled: [["circle", { cx: 8, cy: 8, r: 5.5 }], ["path", { d: "M3.6 12.4l8.8-8.8", class: "bar" }]],
    in_force: [["path", { d: "M4 1.5v13", class: "bar" }, ], ["path", { d: "M4 2h9l-2.6 3L13 8H4z" }]],
  };

  /** Draw a stage's sign; `hollow` marks minerals other than rare earths. */
  function glyph(stage, style, size, hollow) {
    const picture = svg("svg", { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" });
    const grey = stage === "suspended" || stage === "cancelled";
    const ink = grey ? style.grey : style.ink;
    const fill = hollow ? "#ffffff" : style.colours[stage];
    for (const [tag, attributes] of SHAPES[stage] || SHAPES.talks) {
      const { class: part, ...rest } = attributes;
      const look = { fill: fill, stroke: ink, "stroke-width": 1.3, "stroke-linejoin": "round" };
      if (part === "empty") look.fill = "#ffffff";
      if (part === "half") look.stroke = "none", (look.fill = hollow ? "#ffffff" : ink);
      if (part === "dot") look.stroke = "none", (look.fill = ink);
      if (part === "bar") look["stroke-width"] = 1.6;
      if (hollow) look["stroke-dasharray"] = "2 1.4";
      picture.append(svg(tag, { ...rest, ...look }));
    }
    return picture;
  }

  function diamond(size, fill, line) {
    const picture = svg("svg", { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" });
    picture.append(svg("path", { d: "M8 1l7 7-7 7-7-7z", fill: fill, stroke: line, "stroke-width": 1.6 }));
    return picture;
  }

  // ------------------------------------------------------------------ the words of a pop-up

  const stores = new WeakMap();

  /** Keep the threads, pages and words that the layers of one map share. */
  function load(map, data) {
    stores.set(map, data);
    for (const [name, zIndex] of [["world", 200], ["states", 300], ["shore", 320], ["arcs", 420], ["deposits", 590]]) {
      map.createPane("mm-" + name).style.zIndex = zIndex;
    }
    // No scroll trap in a notebook: the wheel zooms only after a click into the map.
    map.on("click focus", () => map.scrollWheelZoom.enable());
    map.on("mouseout blur", () => map.scrollWheelZoom.disable());
    // Seen from far, the signs of India would hide India.
    const far = () => map.getContainer().classList.toggle("mm-far", map.getZoom() < 3.75);
    map.on("zoomend", far);
    map.whenReady(far);
    map.attributionControl.setPrefix("");
    map.attributionControl.addAttribution(data.attribution);
  }

  function stageWord(store, stage) {
    return store.style.words[stage][0];
  }

  function stageLine(store, item) {
    return h("p", { class: "mm-stage" }, glyph(item.stage, store.style, 16, item.scope !== "rare_earth"),
      h("span", {}, stageWord(store, item.stage) + (item.since ? ", since " + item.since : "")));
  }

  function sources(store, event) {
    const pages = event.pages.map((number) => {
      const [url, publisher, published] = store.pages[number];
      return [link(url, publisher), published ? " (" + published + ")" : "", "; "];
    }).flat();
    pages.pop();
    return pages;
  }

  function trust(event) {
    const words = [count(event.witnesses, "independent source")];
    if (event.conflicts) words.push(count(event.conflicts, "point") + " on which sources differ");
    if (event.confidence !== "high") words.push(event.confidence + " confidence");
    return words.join(", ");
  }

  /** The thread of an initiative: dated steps, newest first, each with its pages. */
  function thread(store, item) {
    const steps = item.events.map((number) => store.events[number]).map((event) =>
      h("li", {}, h("b", {}, event.date + ": "), event.title, " ",
        h("span", { class: "mm-quiet" }, "(" + stageWord(store, event.stage).toLowerCase() + "; " + trust(event) + ")"),
        h("span", { class: "mm-src" }, "Sources: ", sources(store, event))));
    return h("ol", { reversed: "", start: steps.length }, steps);
  }

  function story(store, item, heading) {
    return [
      heading ? h("h2", {}, item.title) : null,
      stageLine(store, item),
      item.highest && item.highest !== item.stage
        ? h("p", { class: "mm-quiet" }, "Highest stage reached: " + stageWord(store, item.highest).toLowerCase() + ".") : null,
      item.summary ? h("p", {}, item.summary) : null,
      thread(store, item),
      h("p", { class: "mm-quiet" }, [item.level, item.scope !== "rare_earth" ? store.style.scopes[item.scope].toLowerCase() : "",
        item.place ? item.place + ", " + item.accuracy : item.accuracy].filter(Boolean).join("; ") + "."),
    ];
  }

  function folded(store, item) {
    return h("details", {},
      h("summary", {}, glyph(item.stage, store.style, 14, item.scope !== "rare_earth"),
        h("span", {}, item.title, h("span", { class: "mm-quiet" }, " (" + stageWord(store, item.stage).toLowerCase() + ")"))),
      story(store, item, false));
  }

  function openPopup(map, place, content) {
    const size = map.getSize();
    L.popup({ className: "mm-popup", maxWidth: Math.min(320, size.x - 60), maxHeight: Math.max(160, size.y - 190),
      autoPanPaddingTopLeft: [12, 70], autoPanPaddingBottomRight: [12, 20] })
      .setLatLng(place).setContent(h("div", {}, content)).openOn(map);
  }

  /** Let a marker or a path be opened by click, Enter or Space, and be named to screen readers. */
  function clickable(map, layer, label, content) {
    const open = (place) => openPopup(map, place || layer.getLatLng(), content());
    layer.on("click", (event) => { L.DomEvent.stop(event); open(event.latlng); });
    layer.on("add", () => {
      const element = layer.getElement && layer.getElement();
      if (!element) return;
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", label);
      element.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        open(layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter());
      });
    });
    return layer;
  }

  // ------------------------------------------------------------------ layers

  const layers = {};

  layers.world = function (map, data) {
    const group = L.layerGroup();
    for (const polygons of data.shapes) {
      L.polygon(unpackPolygons(polygons, data.steps), { pane: "mm-world", interactive: false, color: data.line,
        weight: 0.7, fillColor: data.fill, fillOpacity: 1, className: "mm-country" }).addTo(group);
    }
    return group;
  };

  layers.states = function (map, data) {
    const store = stores.get(map), group = L.featureGroup();
    for (const state of data.states) {
      const look = { pane: "mm-states", color: data.line, weight: 0.8, fillColor: state.fill, fillOpacity: 1, smoothFactor: 0.4, className: "mm-state" };
      const content = () => {
        const here = store.initiatives.filter((item) => item.states.includes(state.code));
        const main = here.filter((item) => item.scope === "rare_earth");
        const other = here.filter((item) => item.scope === "critical_minerals");
        return [
          h("h2", {}, state.name),
          state.figures.map((figure) => h("p", {}, figure.text + " ", h("span", { class: "mm-src mm-quiet" }, "Source: ", link(figure.url, figure.publisher)))),
          h("p", {}, main.length ? count(main.length, "rare-earth initiative") + " in the tables:" : "No rare-earth initiative in the tables. That is no proof that there is none."),
          main.map((item) => folded(store, item)),
          other.length ? h("p", { class: "mm-quiet", style: "margin-top:8px" }, "Other critical minerals:") : null,
          other.map((item) => folded(store, item)),
        ];
      };
      const polygon = clickable(map, L.polygon(unpackPolygons(state.shape, data.steps), look), state.name + ": " + state.label, content);
      polygon.bindTooltip(h("span", { class: "mm-tip" }, h("b", {}, state.name), h("br"), state.label), { sticky: true });
      polygon.on("mouseover", () => polygon.setStyle({ color: data.hover, weight: 2 }).bringToFront());
      polygon.on("mouseout", () => polygon.setStyle({ color: data.line, weight: 0.8 }));
      group.addLayer(polygon);
      if (state.dot) {
        group.addLayer(clickable(map, L.circleMarker(state.dot, { pane: "mm-shore", radius: 4, color: data.outline, weight: 1, fillColor: state.fill,
          fillOpacity: 1, className: "mm-dot" }), state.name, content).bindTooltip(state.name));
      }
    }
    for (const name of data.names) {
      group.addLayer(L.marker(name.at, { interactive: false, keyboard: false, pane: "mm-shore",
        icon: L.divIcon({ className: "mm-name" + (name.focus ? " mm-focus" : ""), iconSize: [0, 0], html: h("span", {}, name.text) }) }));
    }
    for (const ring of data.focus_shape) {
      group.addLayer(L.polyline(unpack(ring, data.steps), { pane: "mm-shore", interactive: false, color: data.focus_line, weight: 2, smoothFactor: 0.4 }));
    }
    for (const ring of data.outline_shape) {
      group.addLayer(L.polyline(unpack(ring, data.steps), { pane: "mm-shore", interactive: false, color: data.outline, weight: 1.2, smoothFactor: 0.4 }));
    }
    return group;
  };

  layers.shore = function (map, data) {
    const group = L.layerGroup();
    for (const line of data.lines) {
      L.polyline(unpack(line, data.steps), { pane: "mm-shore", interactive: false, color: data.colour, weight: 3, opacity: 0.9, lineCap: "butt", className: "mm-shore" }).addTo(group);
    }
    return group;
  };

  layers.deposits = function (map, data) {
    const group = L.layerGroup();
    for (const spot of data.spots) {
      const size = spot.size;
      const icon = L.divIcon({ className: "mm-pin mm-deposit", iconSize: [size, size], html: diamond(size, spot.known ? data.colour : "#ffffff", data.colour) });
      const marker = L.marker([spot.lat, spot.lon], { icon: icon, pane: "mm-deposits", keyboard: true, alt: spot.name });
      group.addLayer(clickable(map, marker, "Deposit: " + spot.name, () => [
        h("h2", {}, spot.name),
        spot.lines.map((line) => h("p", {}, line)),
        h("p", { class: "mm-src mm-quiet" }, "Source: ", link(spot.url, spot.publisher)),
      ]).bindTooltip("Deposit: " + spot.name));
    }
    return group;
  };

  /** Pins: one a place; where several initiatives share it, the list stands inside. */
  layers.pins = function (map, data) {
    const store = stores.get(map), group = L.layerGroup(), places = new Map();
    for (const item of store.initiatives) {
      if (item.lat === null || item.scope !== data.scope) continue;
      const key = item.lat.toFixed(2) + "," + item.lon.toFixed(2);
      if (!places.has(key)) places.set(key, []);
      places.get(key).push(item);
    }
    const order = store.style.order;
    for (const items of places.values()) {
      items.sort((a, b) => order.indexOf(b.stage) - order.indexOf(a.stage));
      const first = items[0], hollow = data.scope !== "rare_earth";
      const box = h("span", { class: "mm-sign" }, glyph(first.stage, store.style, data.size, hollow), items.length > 1 ? h("b", {}, String(items.length)) : null);
      const marker = L.marker([first.lat, first.lon], { keyboard: true, riseOnHover: true, alt: first.title,
        icon: L.divIcon({ className: "mm-pin mm-initiative mm-" + first.precision, iconSize: [data.size, data.size], html: box }) });
      const label = items.length === 1 ? first.title + ", " + stageWord(store, first.stage).toLowerCase() : count(items.length, "initiative") + " at " + first.place;
      clickable(map, marker, label, () => items.length === 1 ? story(store, first, true)
        : [h("h2", {}, count(items.length, "initiative") + " at " + first.place), items.map((item) => folded(store, item))]);
      group.addLayer(marker.bindTooltip(label));
      if (first.precision !== "site") {
        // A soft ring for a town, a larger soft disc for a district: the point is not the site.
        group.addLayer(L.circleMarker([first.lat, first.lon], { pane: "mm-shore", interactive: false, radius: first.precision === "town" ? 11 : 18,
          stroke: false, fillColor: store.style.ink, fillOpacity: first.precision === "town" ? 0.13 : 0.09 }));
      }
    }
    return group;
  };

  layers.arcs = function (map, data) {
    const store = stores.get(map), group = L.layerGroup(), labels = [];
    for (const partner of data.partners) {
      const content = () => {
        const items = store.initiatives.filter((item) => item.scope === "rare_earth" && item.partners.includes(partner.iso3));
        return [h("h2", {}, partner.name), h("p", {}, partner.text), partner.blocs ? h("p", { class: "mm-quiet" }, "Member of: " + partner.blocs + ".") : null,
          items.map((item) => folded(store, item))];
      };
      const arcs = [];
      for (const arc of partner.arcs) {
        for (const line of arc.lines) {
          const path = L.polyline(unpack(line, data.steps), { pane: "mm-arcs", color: partner.colour, weight: arc.weight, opacity: 0.55,
            dashArray: arc.dashed ? "5 5" : null, smoothFactor: 0.5, className: "mm-arc" });
          path.on("click", (event) => { L.DomEvent.stop(event); openPopup(map, event.latlng, content()); });
          path.bindTooltip(arc.label, { sticky: true });
          arcs.push(path);
          group.addLayer(path);
        }
      }
      const icon = L.divIcon({ className: "mm-partner", iconSize: [0, 0], html: h("span", {}, partner.name + " " + partner.count) });
      const marker = clickable(map, L.marker([partner.lat, partner.lon], { icon: icon, keyboard: true, alt: partner.name }),
        partner.name + ": " + count(partner.count, "rare-earth event"), content);
      marker.bindTooltip(partner.text);
      // Hovering one partner fades the arcs of all others.
      for (const layer of [marker, ...arcs]) {
        layer.on("mouseover", () => group.eachLayer((other) => other.setStyle && other.setStyle({ opacity: arcs.includes(other) ? 0.95 : 0.12 })));
        layer.on("mouseout", () => group.eachLayer((other) => other.setStyle && other.setStyle({ opacity: 0.55 })));
      }
      group.addLayer(marker);
      labels.push(marker);
    }
    const tidy = () => spread(map, labels);
    group.on("add", tidy);
    map.on("zoomend moveend", tidy);
    return group;
  };

  /** Move labels apart that would lie over each other; the first in the list keep their place. */
  function spread(map, markers) {
    const taken = [];
    for (const marker of markers) {
      const element = marker.getElement(), text = element && element.firstElementChild;
      if (!text) continue;
      const at = map.latLngToContainerPoint(marker.getLatLng()), w = text.offsetWidth + 4, tall = text.offsetHeight + 2;
      const free = (x, y) => taken.every((box) => Math.abs(box.x - x) * 2 >= box.w + w || Math.abs(box.y - y) * 2 >= box.h + tall);
      const steps = [[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0], [0, 2], [0, -2], [1, 1], [-1, 1], [1, -1], [-1, -1], [0, 3], [0, -3]];
      const [dx, dy] = steps.map(([right, down]) => [right * w * 0.8, down * tall]).find(([x, y]) => free(at.x + x, at.y + y)) || [0, 0];
      taken.push({ x: at.x + dx, y: at.y + dy, w: w, h: tall });
      text.style.marginLeft = dx + "px";
      text.style.marginTop = dy + "px";
    }
  }

  layers.spots = function (map, data) {
    const group = L.layerGroup();
    for (const spot of data.spots) {
      const marker = L.circleMarker([spot.lat, spot.lon], { radius: 4, color: data.colour, weight: 1.5, fillColor: "#ffffff", fillOpacity: 1 });
      group.addLayer(clickable(map, marker, spot.name, () => [h("h2", {}, spot.name), spot.lines.map((line) => h("p", {}, line)),
        h("p", { class: "mm-src mm-quiet" }, "Source: ", link(spot.url, spot.publisher))]).bindTooltip(spot.name));
    }
    return group;
  };

  // ------------------------------------------------------------------ title, legend, views

  function title(map, data) {
    const box = h("header", { class: "mm-title" }, h("h1", {}, data.title), h("p", {}, data.lines.join(" · ")));
    const container = map.getContainer();
    container.prepend(box);
    container.classList.add("mm-titled");
    L.DomEvent.disableClickPropagation(box);
    const place = () => container.style.setProperty("--mm-title", box.offsetHeight + "px");
    place();
    map.on("resize", place);
  }

  function legend(map, data) {
    const store = stores.get(map), style = store.style;
    const row = (key, text) => h("li", {}, h("span", { class: "mm-key" }, key), h("span", {}, text));
    const parts = [];
    if (data.ramp) {
      parts.push(h("h2", {}, data.ramp.title), h("ul", {}, data.ramp.steps.map(([colour, text]) => row(h("span", { class: "mm-swatch", style: "background:" + colour }), text))),
        h("small", {}, data.ramp.note));
    }
    parts.push(h("h2", {}, "Initiatives, by stage"), h("ul", {}, data.stages.map((stage) => row(glyph(stage, style, 16, false), style.words[stage][0] + ": " + style.words[stage][1]))),
      h("small", {}, "A soft ring: the town is known, not the site. A wide soft disc: only the district is known."));
    if (data.deposits) {
      parts.push(h("h2", {}, "Deposits and coast"), h("ul", {}, row(diamond(13, data.ochre, data.ochre), "Deposit, tonnage known (area by tonnage)"),
        row(diamond(11, "#ffffff", data.ochre), "Deposit, tonnage not known"),
        row(h("span", { style: "width:20px;height:3px;background:" + data.ochre }), "Coast of states with monazite beaches")));
    }
    if (data.ports) parts.push(h("ul", {}, row(h("span", { class: "mm-port" }), "Sea port")));
    if (data.arcs) {
      const line = (dash, colour) => { const s = svg("svg", { width: 20, height: 8, "aria-hidden": "true" });
        s.append(svg("path", { d: "M0 4h20", stroke: colour, "stroke-width": 2, "stroke-dasharray": dash, fill: "none" })); return s; };
      parts.push(h("h2", {}, "Rare-earth ties with other countries"), h("ul", {}, row(line("", data.japan), "Japan"), row(line("", data.other), "other country"),
        row(line("", "#333"), "a state or a plant there takes part"), row(line("4 3", "#333"), "only the Union takes part (from New Delhi)")),
        h("small", {}, "Wider: more events. Great circles."));
    }
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      const box = h("details", { class: "mm-box mm-legend" }, h("summary", {}, "Legend"), h("div", { class: "mm-in" }, parts));
      box.open = map.getSize().x > 700 && map.getSize().y > 420;
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  /** List what the map cannot show at a point: it is known to a state or to the country only. */
  function unplaced(map, data) {
    const store = stores.get(map);
    const items = store.initiatives.filter((item) => item.lat === null && item.scope === "rare_earth");
    if (!items.length) return;
    const order = store.style.order;
    items.sort((a, b) => order.indexOf(b.stage) - order.indexOf(a.stage) || a.title.localeCompare(b.title, "en"));
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
      const rows = items.map((item) => {
        const button = h("button", { type: "button" }, glyph(item.stage, store.style, 14, false),
          h("span", {}, item.title, h("span", { class: "mm-quiet" }, " (" + stageWord(store, item.stage).toLowerCase() + ")")));
        button.addEventListener("click", () => openPopup(map, map.getCenter(), story(store, item, true)));
        return h("li", {}, button);
      });
      const box = h("details", { class: "mm-box mm-unplaced" }, h("summary", {}, count(items.length, "initiative") + " without a known place"), h("ul", {}, rows));
      box.open = data.open && map.getSize().x > 700;
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  function views(map, data) {
    // Leave room for the title, and for the legend where it is open.
    const room = () => ({ paddingTopLeft: [20, 60], paddingBottomRight: [map.getSize().x > 700 ? 200 : 10, 20] });
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const box = h("div", { class: "mm-box mm-view" });
      for (const view of data.views) {
        const button = h("button", { type: "button" }, view.name);
        button.addEventListener("click", () => map.fitBounds(view.bounds, room()));
        box.append(button);
      }
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
    map.fitBounds(data.views[0].bounds, { ...room(), animate: false });
  }

  return { layers: layers, load: load, title: title, legend: legend, views: views, unplaced: unplaced, unpack: unpack };
})();
