// @ts-check
/* The words of a story, and the panel beside the map in which it opens. Nothing moves the map. */
"use strict";
(function (mm) {
  const { h, link, count, sign, button } = mm;

  // ------------------------------------------------------------------ words

  mm.stageWord = (store, stage) => store.stages[stage].label;
  mm.namesOf = (store, codes) => codes.map((code) => store.names[code] || code).join(", ");
  const quiet = (...children) => h("span", { class: "mm-quiet" }, ...children);
  const quietLine = (...children) => h("p", { class: "mm-quiet" }, ...children);

  /** The marker of an initiative's stage. @param {Payload} store @param {Item} item */
  mm.signOf = (store, item, size) => sign(lookOf(store, item, store.stages[item.stage]), size);

  /** The same by its family: how it looks from afar. */
  mm.familySignOf = (store, item, size) =>
    sign(lookOf(store, item, store.signs[store.stages[item.stage].sign]), size);

  const lookOf = (store, item, look) => ({
    ...look,
    hollow: !item.main || item.unconfirmed,
    dashed: !item.main,
  });

  /** The title of an initiative with its stage. */
  mm.titled = (store, item) =>
    h("span", {}, item.title, quiet(" (" + mm.stageWord(store, item.stage).toLowerCase() + ")"));

  /** Where one row of a table comes from. */
  mm.source = (row) => h("span", { class: "mm-src mm-quiet" }, "Source: ", link(row.url, row.publisher));

  mm.sources = function (store, event) {
    const pages = event.pages.map((number) => store.pages[number]);
    if (!pages.length) return ["none in the tables"];
    return pages.map(({ url, publisher, published }, at) => {
      const about = [mm.isoWords(published), store.roles[Number(event.roles[at])]].filter(Boolean).join(", ");
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
      return h(
        "li",
        {},
        h("b", {}, mm.stepWords(event) + ": "),
        event.title,
        " ",
        quiet("(" + about + ")"),
        pages,
      );
    });
    return h("ol", { reversed: "", start: rows.length }, rows);
  }

  /** Who last confirmed that it runs, and when; nothing of what does not run. */
  function confirmation(store, item) {
    if (item.stage !== store.runs) return "";
    if (item.lapses < 0) return "Nobody has confirmed that it runs.";
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

  /** What opens the story of one initiative, whatever the day; it has none while it is not shown. */
  mm.storyOf = function (map, number) {
    const { store } = mm.of(map);
    /** @returns {any} */
    const item = () => mm.of(map).now.items.find((one) => one.number === number);
    return {
      id: store.initiatives[number].id,
      content: () => item() && mm.story(store, item(), true),
      place: () => item() && item().place && item().place.slice(0, 2),
      codes: () => (item() && !item().place ? item().states : []),
      cite: () => item() && citation(store, item()),
    };
  };

  /** What to quote for one initiative: what it is on the day shown, the tables, and its pages. */
  function citation(store, item) {
    const pages = [...new Set(item.known.flatMap((number) => store.events[number].pages))].map((number) => {
      const { url, publisher, published } = store.pages[number];
      return [publisher, mm.isoWords(published), url].filter(Boolean).join(", ");
    });
    const stage = mm.stageWord(store, item.stage).toLowerCase() + " since " + item.since;
    return [item.title + ": " + stage + ". In: " + store.cite, "Sources:", ...pages].join("\n");
  }

  // ------------------------------------------------------------------ opening

  /** The panel for what was clicked: its title and close button stay while its text is scrolled. */
  mm.storyPanel = function (map) {
    const state = mm.of(map),
      title = h("h2", { tabindex: "-1" }),
      close = button("×", () => mm.closeStory(map, true), { class: "mm-x", "aria-label": "Close the story" }),
      text = h("div", { class: "mm-story-text" }),
      cite = button("Copy citation", (one) => mm.copy(state.open.story.cite(), one), { class: "mm-cite" });
    const panel = h(
      "section",
      { "aria-label": "Story" },
      h("div", { class: "mm-story-head" }, title, close),
      text,
      cite,
    );
    panel.hidden = true;
    state.storyParts = { panel, title, text, cite };
    mm.panel(map, "story", "Story", panel);
  };

  /** Fill the panel; false where there is nothing to say on this day. */
  function fill(map) {
    const state = mm.of(map),
      { panel, title, text, cite } = state.storyParts,
      children = mm.parts([state.open.story.content() || []]);
    if (!children.length) return false;
    const heading = children.findIndex((one) => one instanceof HTMLElement && one.tagName === "H2");
    const words = heading < 0 ? "Details" : children.splice(heading, 1)[0].textContent;
    title.textContent = state.parts.sheetTitle.textContent = panel.dataset.title = words;
    text.replaceChildren(...children);
    cite.hidden = !(state.open.story.cite && state.open.story.cite());
    return true;
  }

  /**
   * Open a story beside the map; its content is asked again whenever the day or a filter changes.
   * @param {Story} story
   * @param {HTMLElement} [opener] has the focus back when it is closed; given by the keyboard
   */
  mm.openStory = function (map, story, opener) {
    const state = mm.of(map);
    state.open = { story, opener };
    if (!fill(map)) return (state.open = null);
    const { panel, title } = state.storyParts;
    panel.hidden = false;
    mark(map);
    const key = state.parts.side.querySelector(".mm-key");
    if (mm.isNarrow(map)) mm.sheet(map, "story");
    // The key gives way where both have no room.
    else if (key && key.offsetHeight > 0.45 * state.parts.aside.clientHeight) key.open = false;
    state.parts.side.scrollTop = 0;
    const top = panel.getBoundingClientRect().top - state.parts.side.getBoundingClientRect().top;
    state.parts.side.scrollTop += top;
    if (opener) title.focus({ preventScroll: true });
    map.fire("mineralmap:story");
  };

  mm.closeStory = function (map, back) {
    const state = mm.of(map),
      { open } = state;
    if (mm.isNarrow(map)) mm.sheet(map, "");
    if (!open) return;
    state.open = null;
    state.storyParts.panel.hidden = true;
    const key = state.parts.side.querySelector(".mm-key");
    if (key && !mm.isNarrow(map)) key.open = true;
    mark(map);
    const to = open.opener && open.opener.isConnected ? open.opener : map.getContainer();
    if (back) to.focus({ preventScroll: true });
    map.fire("mineralmap:story");
  };

  /** Say what is open anew, as of the day shown. */
  mm.refreshStory = function (map) {
    const { open } = mm.of(map);
    if (!open) return;
    if (fill(map)) mark(map);
    else mm.closeStory(map, false);
  };

  /** Ring what is open, or outline the states that it is known to. */
  function mark(map) {
    const state = mm.of(map),
      story = state.open && state.open.story;
    if (state.ring) state.ring.remove();
    state.ring = null;
    if (!story) return;
    const still = { interactive: false, pane: "mm-ring", color: mineralmapSettings.chosen, fill: false };
    const place = story.place && story.place();
    const shapes = place
      ? [L.circleMarker(place, { ...still, radius: 15, weight: 2.5, className: "mm-ring" })]
      : ((story.codes && story.codes()) || []).map((code) =>
          L.polygon(state.outlineOf(code), { ...still, weight: 2.5, className: "mm-flash" }),
        );
    state.ring = L.featureGroup(shapes).addTo(map);
  }

  /** A tooltip whose text stays text. */
  mm.tip = function (layer, text, options) {
    // What listens for the focus is a stop of the keyboard to Chromium; a list beside the map has these.
    if (layer instanceof L.Path) layer.on("add", () => layer.getElement()?.setAttribute("tabindex", "-1"));
    return layer.bindTooltip(
      () => h("span", { class: "mm-tip" }, typeof text === "function" ? text() : text),
      options,
    );
  };

  /** Call `act` on Enter and on Space, as a button does. */
  mm.onKey = (element, act) =>
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });

  /** Open a story by a click on a layer. @param {Story} story */
  mm.opens = (map, layer, story) =>
    layer.on("click", () => {
      layer.closeTooltip();
      mm.openStory(map, story);
    });

  /** Let a marker be opened by click, Enter or Space, and be named to screen readers. */
  mm.clickable = function (map, layer, label, story) {
    mm.opens(map, layer, story);
    layer.on("add", () => {
      const element = layer.getElement();
      const about = { tabindex: "0", role: "button", "aria-label": label };
      for (const [key, value] of Object.entries(about)) element.setAttribute(key, value);
      mm.onKey(element, () => mm.openStory(map, story, element));
    });
    return layer;
  };
})(mineralmap);
