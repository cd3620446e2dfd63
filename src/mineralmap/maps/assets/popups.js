// @ts-check
/* The state of a map (payload, view, what is shown) and the words of its pop-ups. */
"use strict";
(function (mm) {
  const { h, link, count, sign } = mm;
  const states = new WeakMap();

  /** Return what we keep for one map. @returns {MapState} */
  mm.of = function (map) {
    const empty = { store: null, view: {}, now: { items: [], events: new Set() }, open: null };
    if (!states.has(map)) states.set(map, { ...empty, scopes: [], finds: [], tables: [] });
    return states.get(map);
  };

  /** Draw now, and again whenever the day or a filter changes. */
  mm.onChange = function (map, draw) {
    map.on("mineralmap:change", draw);
    draw();
  };

  // ------------------------------------------------------------------ the map

  const PANES = { world: 200, states: 300, shore: 320, arcs: 420, points: 430, sites: 590 };

  /** Prepare the map: panes, wheel, scale bar, Escape. */
  mm.prepare = function (map, data) {
    const container = map.getContainer();
    for (const [name, order] of Object.entries(PANES)) map.createPane("mm-" + name).style.zIndex = order;
    // No scroll trap in a notebook: the wheel zooms only after a click into the map.
    map.on("click focus", () => map.scrollWheelZoom.enable());
    map.on("mouseout blur", () => map.scrollWheelZoom.disable());
    const far = () => container.classList.toggle("mm-far", map.getZoom() < mineralmapSettings.farZoom);
    map.on("zoomend", far);
    map.whenReady(far);
    map.attributionControl.setPrefix("");
    map.attributionControl.addAttribution(h("span", {}, data.attribution).innerHTML);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    container.addEventListener("keydown", (event) => {
      const { open } = mm.of(map);
      if (event.key !== "Escape" || !open) return;
      map.closePopup(open.popup);
      const back = open.opener && open.opener.isConnected ? open.opener : container;
      back.focus({ preventScroll: true });
    });
    printing(map, container);
  };

  /** On paper the map has the width of the page, and shows what the screen showed. */
  function printing(map, container) {
    let bounds = null;
    window.matchMedia("print").addEventListener("change", ({ matches }) => {
      if (matches) bounds = map.getBounds();
      for (const box of container.querySelectorAll(".mm-legend")) box.open = matches || map.getSize().x > 700;
      container.classList.toggle("mm-print", matches);
      const { refresh } = mm.of(map).tables;
      if (refresh) refresh();
      map.invalidateSize({ animate: false });
      if (bounds) map.fitBounds(bounds, { animate: false });
    });
  }

  /** Keep the payload that the layers of one map share. */
  mm.load = function (map, data) {
    const state = mm.of(map);
    state.store = mm.unpackPayload(data);
    state.view = { day: state.store.last, stages: null, partner: "" };
    state.now = mm.snapshot(state.store, state.view);
  };

  /** Change the day or a filter, and tell all layers and panels. @param {Partial<View>} changes */
  mm.show = function (map, changes) {
    const state = mm.of(map);
    Object.assign(state.view, changes);
    state.now = mm.snapshot(state.store, state.view);
    map.fire("mineralmap:change");
    if (!state.open) return;
    const content = state.open.content();
    if (!content) return map.closePopup(state.open.popup);
    state.open.box.replaceChildren(...mm.parts(content));
    state.open.popup.update();
  };

  // ------------------------------------------------------------------ words

  mm.stageWord = (store, stage) => store.stages[stage].label;
  mm.namesOf = (store, codes) => codes.map((code) => store.names[code] || code).join(", ");
  const quiet = (...children) => h("span", { class: "mm-quiet" }, ...children);
  const quietLine = (...children) => h("p", { class: "mm-quiet" }, ...children);

  /** The marker of an initiative's stage. @param {Payload} store @param {Item} item */
  mm.signOf = (store, item, size) => sign({ ...store.stages[item.stage], hollow: !item.main }, size);

  /** The title of an initiative with its stage. */
  mm.titled = (store, item) =>
    h("span", {}, item.title, quiet(" (" + mm.stageWord(store, item.stage).toLowerCase() + ")"));

  /** Where one row of a table comes from. */
  mm.source = (row) => h("span", { class: "mm-src mm-quiet" }, "Source: ", link(row.url, row.publisher));

  mm.sources = function (store, event) {
    const pages = event.pages.map((number) => store.pages[number]);
    if (!pages.length) return ["none in the tables"];
    return pages.map(({ url, publisher, published }, at) => {
      const about = [published, store.roles[Number(event.roles[at])]].filter(Boolean).join(", ");
      return [...(at ? ["; "] : []), link(url, publisher), about ? " (" + about + ")" : ""];
    });
  };

  function attested(event) {
    const party = event.party ? ", a party's own word" : "";
    const words = [count(event.witnesses, "independent origin") + party];
    if (event.conflicts) words.push(count(event.conflicts, "point") + " on which sources differ");
    if (event.confidence !== "high") words.push(event.confidence + " confidence");
    return words.join(", ");
  }

  /** The steps of an initiative, newest first, each with its pages. */
  function steps(store, item) {
    const rows = item.known.map((number) => {
      const event = store.events[number];
      const about = mm.stageWord(store, event.stage).toLowerCase() + "; " + attested(event);
      const pages = h("span", { class: "mm-src" }, "Sources: ", mm.sources(store, event));
      return h("li", {}, h("b", {}, event.date + ": "), event.title, " ", quiet("(" + about + ")"), pages);
    });
    return h("ol", { reversed: "", start: rows.length }, rows);
  }

  /** Who last confirmed that it runs, and when; nothing of what does not run. */
  function confirmation(store, item) {
    if (item.stage !== store.runs) return "";
    if (item.confirmed < 0) return "Nobody has confirmed that it runs.";
    return "Last confirmed " + item.confirmers + (item.unconfirmed ? "; unconfirmed for two years." : ".");
  }

  mm.placeWords = function (store, item) {
    if (!item.place) return store.accuracy[item.states.length ? "state" : "none"].label;
    const [, , name, accuracy] = item.place;
    return (name ? name + ", " : "") + store.accuracy[accuracy].label;
  };

  /** All that is known of one initiative on the day shown. */
  mm.story = function (store, item, heading) {
    const later = store.initiatives[item.number].events.length - item.known.length;
    const mineral = item.main ? "" : store.scopes[item.scope].label.toLowerCase();
    const about = [item.type, item.level, mineral, mm.placeWords(store, item)].filter(Boolean);
    const since = mm.stageWord(store, item.stage) + ", since " + item.since;
    const highest = item.highest && item.highest !== item.stage ? mm.stageWord(store, item.highest) : "";
    return [
      heading && h("h2", {}, item.title),
      h("p", { class: "mm-stage" }, mm.signOf(store, item, 16), h("span", {}, since)),
      confirmation(store, item) && quietLine(confirmation(store, item)),
      highest && quietLine("Highest stage reached: " + highest.toLowerCase() + "."),
      item.summary && h("p", {}, item.summary),
      steps(store, item),
      later ? quietLine(count(later, "later step") + " not shown.") : "",
      item.partners.length ? quietLine("Partners: " + mm.namesOf(store, item.partners) + ".") : "",
      quietLine(about.join("; ") + "."),
    ].filter(Boolean);
  };

  mm.folded = (store, item) =>
    h(
      "details",
      {},
      h("summary", {}, mm.signOf(store, item, 14), mm.titled(store, item)),
      mm.story(store, item, false),
    );

  /** The pop-up of one initiative, whatever the day; nothing where it is not shown. */
  mm.storyOf = (map, number) => () => {
    const { store, now } = mm.of(map),
      item = now.items.find((one) => one.number === number);
    return item ? mm.story(store, item, true) : null;
  };

  // ------------------------------------------------------------------ opening

  /** Open a pop-up; `content` is asked again whenever the day or a filter changes. */
  mm.openPopup = function (map, place, content, opener) {
    const children = content();
    if (!children) return;
    const state = mm.of(map),
      size = map.getSize(),
      box = h("div", {}, children);
    const popup = L.popup({
      className: "mm-popup",
      maxWidth: Math.min(320, size.x - 60),
      minWidth: Math.min(200, size.x - 60),
      maxHeight: Math.max(150, Math.min(420, size.y - 260)),
      autoPanPaddingTopLeft: [12, 90],
      autoPanPaddingBottomRight: [12, 120],
    });
    popup.on("remove", () => {
      if (state.open && state.open.popup === popup) state.open = null;
    });
    popup.setLatLng(place).setContent(box).openOn(map);
    state.open = { popup, box, content, opener };
    const element = popup.getElement(),
      heading = box.querySelector("h2");
    const about = { role: "dialog", tabindex: "-1", "aria-label": heading ? heading.textContent : "Details" };
    for (const [key, value] of Object.entries(about)) element.setAttribute(key, value);
    if (opener) element.focus({ preventScroll: true });
  };

  /** A tooltip whose text stays text. */
  mm.tip = (layer, text, options) =>
    layer.bindTooltip(
      () => h("span", { class: "mm-tip" }, typeof text === "function" ? text() : text),
      options,
    );

  /** Call `act` on Enter and on Space, as a button does. */
  mm.onKey = (element, act) =>
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });

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
      const about = { tabindex: "0", role: "button", "aria-label": label };
      for (const [key, value] of Object.entries(about)) element.setAttribute(key, value);
      mm.onKey(element, () => mm.openPopup(map, place(), content, element));
    });
    return layer;
  };
})(mineralmap);
