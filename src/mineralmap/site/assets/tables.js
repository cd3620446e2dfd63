// @ts-check
/* Sort a table by a heading, filter it by a word and by lists of values. Without a script it is whole. */
"use strict";
(function () {
  const make = (tag, attributes, ...children) => {
    const one = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
    one.append(...children);
    return one;
  };
  const numeric = (key) => key !== "" && Number.isFinite(Number(key));

  /** @param {HTMLTableElement} table */
  function equip(table) {
    const heads = [.../** @type {HTMLTableSectionElement} */ (table.tHead).rows[0].cells],
      body = table.tBodies[0],
      rows = [...body.rows],
      said = make("p", { role: "status" });
    const keyOf = (row, at) => row.cells[at].dataset.key ?? row.cells[at].textContent.toLowerCase();
    /** @type {Map<HTMLTableRowElement, string>} */
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const choices = [];

    function show() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const fits =
          words.every((word) => (texts.get(row) || "").includes(word)) &&
          choices.every(([at, select]) => !select.value || row.cells[at].textContent === select.value);
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      said.textContent = shown === rows.length ? "" : shown + " of " + rows.length + " rows shown";
    }

    function sort(at, head) {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keys = new Map(rows.map((row) => [row, keyOf(row, at)]));
      const numbers = rows.every((row) => numeric(keys.get(row)));
      rows.sort((a, b) => {
        const [one, other] = [keys.get(a), keys.get(b)];
        const order = numbers ? Number(one) - Number(other) : one < other ? -1 : one > other ? 1 : 0;
        return down ? -order : order;
      });
      body.append(...rows);
    }

    const search = /** @type {HTMLInputElement} */ (make("input", { type: "search", autocomplete: "off" }));
    search.addEventListener("input", show);
    const tools = make("div", { class: "tools" }, make("label", {}, "Filter rows ", search));
    heads.forEach((head, at) => {
      const name = head.textContent;
      for (const row of rows) row.cells[at].dataset.label = name;
      if (head.hasAttribute("data-choice")) {
        const values = [...new Set(rows.map((row) => row.cells[at].textContent))].filter(Boolean).sort();
        const options = values.map((value) => make("option", {}, value));
        const select = make("select", {}, make("option", { value: "" }, "all"), ...options);
        select.addEventListener("change", show);
        choices.push([at, select]);
        tools.append(make("label", {}, name + " ", select));
      }
      if (head.hasAttribute("data-plain")) return;
      const button = make("button", { type: "button" }, name);
      button.addEventListener("click", () => sort(at, head));
      head.replaceChildren(button);
    });
    table.closest(".wide")?.before(tools, said);
    table.classList.add("equipped");
    // A link to a row may have come before the rows were ready.
    const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (wanted) wanted.scrollIntoView();
  }

  document.querySelectorAll("table[data-table]").forEach((one) => equip(/** @type {any} */ (one)));
})();
