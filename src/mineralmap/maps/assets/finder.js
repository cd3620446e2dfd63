// @ts-check
/* Search over all that is written, filters, and the lists of what the map cannot point at. */
"use strict";
(function (mm) {
  const { h, button } = mm;
  /** What can be filtered by, in the order of the selects. */
  const FILTERS = {
    state: "State",
    partner: "Partner",
    segment: "Step of the chain",
    leader: "Leader",
    type: "Type",
    stage: "Stage",
  };

  mm.filterKinds = Object.keys(FILTERS);

  /** Say a value of a filter in words. */
  mm.filterWord = function (store, kind, value) {
    if (kind === "stage") return (store.signs[value] || store.stages[value] || { label: value }).label;
    return store.names[value] || value;
  };

  /** Return the values that one can filter by, each with its words. */
  mm.filterOptions = function (store, kind) {
    const values = new Set(
      store.initiatives.flatMap((one) =>
        one.versions.flatMap((version) => mm.traits(store, one, version)[kind]),
      ),
    );
    const named = [...values].filter(Boolean).map((value) => [value, mm.filterWord(store, kind, value)]);
    if (kind !== "stage") return named.sort((a, b) => (a[1] < b[1] ? -1 : 1));
    const order = [...Object.keys(store.signs), ...Object.keys(store.stages)];
    named.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
    // A family of one stage is that stage.
    return named.filter(
      ([value, words], at) => named.findIndex((one) => one[1] === words) === at || value in store.signs,
    );
  };

  function selects(map) {
    const state = mm.of(map);
    const rows = Object.entries(FILTERS).map(([kind, label]) => {
      const select = h(
        "select",
        { "data-filter": kind, "aria-label": label },
        h("option", { value: "" }, "all"),
      );
      const fill = () => {
        for (const [value, words] of mm.filterOptions(state.store, kind))
          select.append(h("option", { value }, words));
        set();
      };
      const set = () => (select.value = state.view.filters[kind] || "");
      select.addEventListener("change", () =>
        mm.show(map, { filters: { ...state.view.filters, [kind]: select.value } }),
      );
      map.on("mineralmap:change", set);
      return { fill, label: h("label", {}, h("span", {}, label), select) };
    });
    const reset = button("Show all", () => mm.show(map, { filters: {} }));
    const box = h(
      "details",
      { class: "mm-filters" },
      h("summary", {}, "Filter"),
      rows.map((row) => row.label),
      reset,
    );
    // Hundreds of entries: made when they are first asked for.
    let filled = false;
    const fill = () => {
      if (!filled) rows.forEach((row) => row.fill());
      filled = true;
    };
    box.addEventListener("toggle", fill);
    map.on("mineralmap:change", () => Object.values(state.view.filters).some(Boolean) && fill());
    return box;
  }

  /** Search and filters, above the key. */
  mm.finder = function (map) {
    const state = mm.of(map),
      results = h("ul", { class: "mm-results" }),
      said = h("p", { class: "mm-quiet", role: "status" });
    const labels = {
      placeholder: "Search: company, place, subject",
      "aria-label": "Search all that is written",
    };
    const search = h("input", { type: "search", autocomplete: "off", ...labels });
    const row = ({ text, what, go }) =>
      h("li", {}, button([text, h("span", { class: "mm-quiet" }, " (" + what + ")")], go));
    const find = () => {
      const wanted = search.value.trim(),
        hits = wanted.length < 2 ? [] : matches(map, wanted),
        shown = hits.slice(0, 30);
      said.textContent = wanted.length < 2 ? "" : (hits.length > 30 ? "30 of " : "") + hits.length + " found";
      results.replaceChildren(...shown.map(row));
      const numbers = hits.map((hit) => hit.number).filter((number) => number !== undefined);
      state.hits = wanted.length < 2 ? null : new Set(numbers);
      map.fire("mineralmap:hits");
    };
    let waiting = 0;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(find, 60);
    });
    map.on("mineralmap:change", () => search.value && find());
    mm.panel(
      map,
      "find",
      "Search",
      h("section", { "aria-label": "Search and filter" }, search, said, results, selects(map)),
    );
  };

  const plain = (text) =>
    text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "");

  /** Return what tells whether a text has a word: as typed, or another spelling of the same thing. */
  function matcher(store, wanted) {
    const typed = plain(wanted);
    const groups = store.spellings.filter((group) => group.some((one) => plain(one) === typed));
    const others = groups
      .flat()
      .map(plain)
      .filter((one) => one.length > 3);
    // Two or three letters are a code or a symbol: they count by themselves only where they mean nothing else.
    const terms = others.length && typed.length < 4 ? others : [typed, ...others];
    const escaped = [...new Set(terms)].map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    // A word begins with it; in scripts without spaces it may stand anywhere.
    const pattern = new RegExp("(^|[^a-z0-9])(" + escaped.join("|") + ")");
    return (text) => pattern.test(plain(text));
  }

  /** Return what the search finds: names on the map, then initiatives; a title before a step.
      @returns {{ text: string, what: string, go: () => void, number?: number }[]} */
  function matches(map, wanted) {
    const { store, now, finds } = mm.of(map),
      has = matcher(store, wanted);
    const texts = (item) => {
      const { summary, actors, segments, leaders, id } = store.initiatives[item.number];
      return [
        ...[summary, item.place ? item.place[2] : "", id],
        ...[...actors, ...segments, ...leaders].map((number) => store.terms[number]),
        ...item.known.map((number) => store.events[number].title),
        ...[item.states, item.partners].map((one) => mm.namesOf(store, one)),
      ];
    };
    const show = (story, at, zoom) => () => {
      if (at) map.setView(at, Math.max(map.getZoom(), zoom));
      mm.openStory(map, story, document.activeElement);
    };
    const items = now.items
      .map((item) => ({ item, titled: has(item.title) }))
      .filter(({ item, titled }) => titled || texts(item).some(has))
      .sort((a, b) => Number(b.titled) - Number(a.titled) || mm.byStage(store)(a.item, b.item));
    return [
      ...finds
        .filter((one) => has(one.text))
        .map((one) => ({
          ...{ text: one.text, what: one.what },
          go: () => {
            if (one.bounds) map.fitBounds(one.bounds(), { maxZoom: 7 });
            show(one.story, one.place, one.zoom || 7)();
          },
        })),
      ...items.map(({ item }) => ({
        ...{ text: item.title, what: mm.stageWord(store, item.stage).toLowerCase(), number: item.number },
        go: show(mm.storyOf(map, item.number), item.place && item.place.slice(0, 2), 7),
      })),
    ];
  }

  // ------------------------------------------------------------------ lists

  /** List what the map does not point at, and, for the keyboard, what is too small on it. */
  mm.lists = function (map, data) {
    const state = mm.of(map),
      { store } = state,
      box = h("section", { "aria-label": "Lists" });
    mm.panel(map, "lists", "Lists", box);
    const hidden = () => state.now.items.filter((item) => !item.place && item.main).sort(mm.byStage(store));
    /** @type {Listed} */
    const unplaced = {
      open: data.open,
      title: () => hidden().length + " without a known place",
      rows: () =>
        hidden().map((item) => ({
          ...{ sign: mm.familySignOf(store, item, 14), words: [mm.titled(store, item)] },
          story: mm.storyOf(map, item.number),
        })),
    };
    const made = [unplaced, ...state.lists].map((list) => {
      const words = h("span", {}),
        rows = h("ul", {}),
        details = h(
          "details",
          { class: "mm-list", ...(list.open ? { open: "" } : {}) },
          h("summary", {}, words),
          rows,
        );
      box.append(details);
      const fill = () => {
        details.hidden = Boolean(list.layer && !map.hasLayer(list.layer));
        words.textContent = list.title();
        if (details.hidden || !details.open) return;
        /** @param {{ sign?: any, words: any[], story: Story }} one */
        const row = ({ sign, words: own, story }) =>
          h(
            "li",
            {},
            button([sign, h("span", {}, own)], (opener) => mm.openStory(map, story, opener)),
          );
        rows.replaceChildren(...list.rows().map(row));
      };
      details.addEventListener("toggle", fill);
      return fill;
    });
    mm.onChange(map, () => made.forEach((fill) => fill()));
    map.on("layeradd layerremove", (event) => event.layer.mmName && made.forEach((fill) => fill()));
  };
})(mineralmap);
