/* The state of a map (store, view, what is shown) and the words of its pop-ups. */
"use strict";
(function (mm) {
  const { h, link, count, glyph } = mm;

  // folium's Popup asks jQuery for one thing, to make an element of a string. Give it that.
  if (!window.$) {
    window.$ = function (html) {
      const box = document.createElement("template");
      box.innerHTML = String(html).trim();
      return [box.content.firstElementChild];
    };
  }
  // folium.Icon asks for a plugin of Leaflet: a plain pin in the colour asked for stands in for it.
  if (!L.AwesomeMarkers) {
    L.AwesomeMarkers = {
      icon: (options) => {
        const pin = mm.svg(
          "svg",
          { viewBox: "0 0 24 36", width: 24, height: 36 },
          mm.svg("path", {
            d: "M12 35C9 26 1 20 1 12a11 11 0 0 1 22 0c0 8-8 14-11 23z",
            stroke: "#fff",
            fill: "#38aadd",
          }),
          mm.svg("circle", { cx: 12, cy: 12, r: 4, fill: "#fff" }),
        );
        pin.firstChild.style.fill =
          { lightred: "#ff8e7f", darkpurple: "#5b396b" }[options.markerColor] || options.markerColor || "";
        return L.divIcon({
          className: "mm-icon",
          html: pin,
          iconSize: [24, 36],
          iconAnchor: [12, 35],
          popupAnchor: [0, -32],
        });
      },
    };
  }

  const maps = new WeakMap();

  /** Return what we keep for one map. */
  mm.of = function (map) {
    if (!maps.has(map))
      maps.set(map, {
        store: null,
        view: {},
        now: { items: [], events: new Set() },
        scopes: [],
        finds: [],
        tables: [],
        open: null,
      });
    return maps.get(map);
  };

  /** Prepare the map: panes, wheel, scale bar, Escape. */
  mm.ground = function (map, data) {
    for (const [name, zIndex] of [
      ["world", 200],
      ["states", 300],
      ["shore", 320],
      ["arcs", 420],
      ["points", 430],
      ["deposits", 590],
    ]) {
      map.createPane("mm-" + name).style.zIndex = zIndex;
    }
    // No scroll trap in a notebook: the wheel zooms only after a click into the map.
    map.on("click focus", () => map.scrollWheelZoom.enable());
    map.on("mouseout blur", () => map.scrollWheelZoom.disable());
    // Seen from far, the signs of India would hide India.
    const far = () => map.getContainer().classList.toggle("mm-far", map.getZoom() < 3.75);
    map.on("zoomend", far);
    map.whenReady(far);
    const credit = h("span", {}, data.attribution);
    map.attributionControl.setPrefix("");
    map.attributionControl.addAttribution(credit.innerHTML);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.getContainer().addEventListener("keydown", (event) => {
      const open = mm.of(map).open;
      if (event.key !== "Escape" || !open) return;
      map.closePopup(open.popup);
      const back = open.opener && open.opener.isConnected ? open.opener : map.getContainer();
      back.focus({ preventScroll: true });
    });
    printing(map);
  };

  /** On paper the map has the width of the page, and shows what the screen showed. */
  function printing(map) {
    let bounds = null;
    window.matchMedia("print").addEventListener("change", (event) => {
      if (event.matches) bounds = map.getBounds();
      map
        .getContainer()
        .querySelectorAll(".mm-legend")
        .forEach((box) => (box.open = event.matches || map.getSize().x > 700));
      map.getContainer().classList.toggle("mm-print", event.matches);
      if (mm.of(map).tables.refresh) mm.of(map).tables.refresh();
      map.invalidateSize({ animate: false });
      if (bounds) map.fitBounds(bounds, { animate: false });
    });
  }

  /** Keep the threads, pages and words that the layers of one map share. */
  mm.load = function (map, data) {
    const state = mm.of(map),
      store = mm.unpackStore(data);
    state.store = store;
    state.view = { day: store.last, stages: null, partner: "" };
    state.now = mm.snapshot(store, state.view);
  };

  /** Change the day or a filter, and tell all layers and panels. */
  mm.show = function (map, changes) {
    const state = mm.of(map);
    Object.assign(state.view, changes);
    state.now = mm.snapshot(state.store, state.view);
    map.fire("mineralmap:change");
    const open = state.open;
    if (!open) return;
    const content = open.content();
    if (content) {
      open.box.replaceChildren(
        ...content.flat(3).filter((part) => part !== null && part !== undefined && part !== ""),
      );
      open.popup.update();
    } else map.closePopup(open.popup);
  };

  // ------------------------------------------------------------------ words

  mm.stageWord = (store, stage) => store.style.words[stage][0];

  function stageLine(store, item) {
    return h(
      "p",
      { class: "mm-stage" },
      glyph(item.stage, store.style, 16, item.scope !== "rare_earth"),
      h("span", {}, mm.stageWord(store, item.stage) + ", since " + item.since),
    );
  }

  mm.sources = function (store, event) {
    const pages = event.pages
      .map((number) => {
        const { url, publisher, published } = store.pages[number];
        return [link(url, publisher), published ? " (" + published + ")" : "", "; "];
      })
      .flat();
    pages.pop();
    return pages.length ? pages : ["none in the tables"];
  };

  function trust(event) {
    const words = [count(event.witnesses, "independent source")];
    if (event.conflicts) words.push(count(event.conflicts, "point") + " on which sources differ");
    if (event.confidence !== "high") words.push(event.confidence + " confidence");
    return words.join(", ");
  }

  /** The thread of an initiative: dated steps, newest first, each with its pages. */
  function thread(store, item) {
    const steps = item.known
      .map((number) => store.events[number])
      .map((event) =>
        h(
          "li",
          {},
          h("b", {}, event.date + ": "),
          event.title,
          " ",
          h(
            "span",
            { class: "mm-quiet" },
            "(" + mm.stageWord(store, event.stage).toLowerCase() + "; " + trust(event) + ")",
          ),
          h("span", { class: "mm-src" }, "Sources: ", mm.sources(store, event)),
        ),
      );
    return h("ol", { reversed: "", start: steps.length }, steps);
  }

  mm.placeWords = function (store, item) {
    if (!item.place) return store.style.accuracy[item.states.length ? "state" : "none"];
    const [, , name, precision] = item.place;
    return (name ? name + ", " : "") + store.style.accuracy[precision];
  };

  mm.namesOf = (store, codes) => codes.map((code) => store.names[code] || code).join(", ");

  /** All that is known of one initiative on the day shown. */
  mm.story = function (store, item, heading) {
    const hidden = store.initiatives[item.number].events.length - item.known.length;
    const about = [
      item.level,
      item.scope !== "rare_earth" ? store.style.scopes[item.scope].toLowerCase() : "",
      mm.placeWords(store, item),
    ];
    return [
      heading ? h("h2", {}, item.title) : null,
      stageLine(store, item),
      item.highest && item.highest !== item.stage
        ? h(
            "p",
            { class: "mm-quiet" },
            "Highest stage reached: " + mm.stageWord(store, item.highest).toLowerCase() + ".",
          )
        : null,
      item.summary ? h("p", {}, item.summary) : null,
      thread(store, item),
      hidden ? h("p", { class: "mm-quiet" }, count(hidden, "later step") + " not shown.") : null,
      item.partners.length
        ? h("p", { class: "mm-quiet" }, "Partners: " + mm.namesOf(store, item.partners) + ".")
        : null,
      h("p", { class: "mm-quiet" }, about.filter(Boolean).join("; ") + "."),
    ];
  };

  mm.folded = function (store, item) {
    return h(
      "details",
      {},
      h(
        "summary",
        {},
        glyph(item.stage, store.style, 14, item.scope !== "rare_earth"),
        h(
          "span",
          {},
          item.title,
          h("span", { class: "mm-quiet" }, " (" + mm.stageWord(store, item.stage).toLowerCase() + ")"),
        ),
      ),
      mm.story(store, item, false),
    );
  };

  /** The pop-up of one initiative, whatever the day; nothing where it is not shown. */
  mm.storyOf = (map, number) => () => {
    const { store, now } = mm.of(map),
      item = now.items.find((one) => one.number === number);
    return item ? mm.story(store, item, true) : null;
  };

  // ------------------------------------------------------------------ opening

  /** Open a pop-up; `content` is asked again whenever the day or a filter changes. */
  mm.openPopup = function (map, place, content, opener) {
    const parts = content();
    if (!parts) return;
    const state = mm.of(map),
      size = map.getSize(),
      box = h("div", {}, parts);
    const popup = L.popup({
      className: "mm-popup",
      maxWidth: Math.min(320, size.x - 60),
      minWidth: Math.min(200, size.x - 60),
      maxHeight: Math.max(150, Math.min(420, size.y - 260)),
      autoPanPaddingTopLeft: [12, 90],
      autoPanPaddingBottomRight: [12, 120],
    })
      .setLatLng(place)
      .setContent(box);
    popup.on("remove", () => {
      if (state.open && state.open.popup === popup) state.open = null;
    });
    popup.openOn(map);
    state.open = { popup, box, content, opener };
    const element = popup.getElement(),
      heading = box.querySelector("h2");
    Object.entries({
      role: "dialog",
      tabindex: "-1",
      "aria-label": heading ? heading.textContent : "Details",
    }).forEach(([key, value]) => element.setAttribute(key, value));
    if (opener) element.focus({ preventScroll: true });
  };

  /** A tooltip whose text stays text. */
  mm.tip = (layer, text, options) =>
    layer.bindTooltip(
      () => h("span", { class: "mm-tip" }, typeof text === "function" ? text() : text),
      options,
    );

  /** Let a marker or a path be opened by click, Enter or Space, and be named to screen readers. */
  mm.clickable = function (map, layer, label, content) {
    const place = () => (layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter());
    layer.on("click", (event) => {
      L.DomEvent.stop(event);
      layer.closeTooltip();
      mm.openPopup(map, layer.getLatLng ? place() : event.latlng, content);
    });
    layer.on("add", () => {
      const element = layer.getElement && layer.getElement();
      if (!element) return;
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", label);
      element.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        mm.openPopup(map, place(), content, element);
      });
    });
    return layer;
  };
})(mineralmap);
