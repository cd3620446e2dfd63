// @ts-check
/* What the map shows as tables: to read, to sort, to search through, to save; on paper below the map. */
"use strict";
(function (mm) {
  const { h, count, button } = mm;

  /** The initiatives as rows of the table. A cell may bring by what it is sorted. */
  mm.initiativeTable = function (map) {
    const state = mm.of(map),
      { store } = state;
    const drawn = (item) =>
      state.keys.some(({ layer }) => layer && layer.mmScope === item.scope && map.hasLayer(layer));
    const when = () =>
      mm.isWhole(state) ? "as of " + store.newest : "as known on " + mm.dayWords(state.view.day);
    state.tables.unshift({
      caption: () => "Initiatives, " + when(),
      head: ["Initiative", "Stage", "Since", "States", "Place", "Partners", "Newest step", "Its sources"],
      rows: () =>
        state.now.items
          .filter(drawn)
          .sort(mm.byStage(store))
          .map((item) => {
            const step = store.events[item.known[0]],
              since = { content: item.since, order: item.sinceDay };
            const stage = { content: mm.stageWord(store, item.stage), order: store.stages[item.stage].rank };
            return [
              ...[item.title, stage, since, mm.namesOf(store, item.states)],
              ...[mm.placeWords(store, item), mm.namesOf(store, item.partners)],
              { content: mm.stepWords(step) + ": " + step.title, order: step.day },
              mm.sources(store, step),
            ];
          }),
    });
  };

  const contentOf = (cell) => (cell && typeof cell === "object" && "order" in cell ? cell.content : cell);

  /** Return a cell as text; with addresses, a link brings its own. */
  function textOf(cell, addresses) {
    const text = (part) => {
      if (!(part instanceof Node)) return String(part);
      const away = addresses && part instanceof HTMLAnchorElement;
      return part.textContent + (away ? " <" + part.href + ">" : "");
    };
    return mm
      .parts([contentOf(cell)])
      .map(text)
      .join("");
  }

  const orderOf = (cell) =>
    cell && typeof cell === "object" && "order" in cell ? cell.order : textOf(cell).toLowerCase();

  /** Return rows as CSV; no cell begins a formula of a spreadsheet. */
  function csv(head, rows) {
    const quoted = (text) => {
      const safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
      return /[",\n\r]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
    };
    return (
      [head, ...rows.map((cells) => cells.map((cell) => textOf(cell, true)))]
        .map((cells) => cells.map(quoted).join(","))
        .join("\r\n") + "\r\n"
    );
  }

  /** Draw one table, which keeps how it was sorted. @param {TableRows} table */
  function drawTable(table, wanted, again) {
    const { at, down } = table.sorted || { at: -1, down: false };
    const all = table.rows();
    const rows = wanted
      ? all.filter((cells) => cells.some((cell) => textOf(cell).toLowerCase().includes(wanted)))
      : all;
    if (at >= 0) {
      const sign = down ? -1 : 1;
      rows.sort((a, b) => {
        const [x, y] = [orderOf(a[at]), orderOf(b[at])];
        return sign * (x < y ? -1 : x > y ? 1 : 0);
      });
    }
    const total = Math.max(table.total || 0, all.length),
      more = total > rows.length ? " of " + mm.grouped(total) : "";
    const caption = table.caption();
    const cell = (content, column) => {
      const parts = mm.parts([contentOf(content)]);
      return column ? h("td", {}, parts) : h("th", { scope: "row" }, parts);
    };
    const head = table.head.map((text, column) => {
      const sort = column === at ? (down ? "descending" : "ascending") : "none";
      const turn = () => {
        table.sorted = { at: column, down: column === at && !down };
        again();
      };
      return h("th", { scope: "col", "aria-sort": sort }, button(text, turn));
    });
    const save = button("Save as CSV", () =>
      mm.save("\ufeff" + csv(table.head, rows), caption + ".csv", "text/csv"),
    );
    return h(
      "section",
      { class: "mm-table" },
      save,
      h(
        "table",
        {},
        h("caption", {}, caption + " (" + count(rows.length, "row") + more + ")"),
        h("thead", {}, h("tr", {}, head)),
        h(
          "tbody",
          {},
          rows.map((cells) => h("tr", {}, cells.map(cell))),
        ),
      ),
    );
  }

  /** A button that shows everything drawn as tables; paper always has them, below the map. */
  mm.table = function (map) {
    const state = mm.of(map),
      { tables, parts } = state,
      paper = window.matchMedia("print"),
      content = h("div", {});
    let printing = false;
    const search = h("input", {
      type: "search",
      placeholder: "Only rows with",
      "aria-label": "Only rows with",
    });
    const fill = () => {
      if (section.hidden && !paper.matches && !printing) return;
      const active = document.activeElement,
        focus = active && section.contains(active) && active.textContent;
      const shown = tables.filter((one) => !one.layer || map.hasLayer(one.layer));
      const wanted = section.hidden ? "" : search.value.trim().toLowerCase();
      content.replaceChildren(...shown.map((table) => drawTable(table, wanted, fill)));
      const again = focus && [...content.querySelectorAll("button")].find((one) => one.textContent === focus);
      if (again) again.focus({ preventScroll: true });
    };
    const toggle = (open) => {
      section.hidden = !open;
      opener.setAttribute("aria-expanded", String(open));
      fill();
      (open ? section : opener).focus();
    };
    const opener = button("Table", () => toggle(true), { "aria-expanded": "false" });
    const close = button("Back to the map", () => toggle(false));
    const label = { "aria-label": "What the map shows, as tables", tabindex: "-1" };
    const section = h(
      "section",
      { class: "mm-tables", ...label },
      h("div", { class: "mm-tables-head" }, search, close),
      content,
    );
    section.hidden = true;
    parts.page.append(section);
    search.addEventListener("input", fill);
    section.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      toggle(false);
    });
    tables.refresh = fill;
    // Before the pages are counted: what comes later is cut off.
    window.addEventListener("beforeprint", () => {
      printing = true;
      fill();
    });
    window.addEventListener("afterprint", () => (printing = false));
    map.on("mineralmap:change layeradd layerremove", () => section.hidden || fill());
    mm.tools(map).append(opener);
  };

  /** Hand a file to the reader. */
  mm.save = function (data, name, type) {
    const url = URL.createObjectURL(data instanceof Blob ? data : new Blob([data], { type }));
    const anchor = h("a", { href: url, download: name.replace(/[\\/:*?"<>|]+/g, "-") });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };
})(mineralmap);
