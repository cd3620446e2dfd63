// @ts-check
/* What a page does besides being read: copy a text, fill in a report, open what a link leads to. */
"use strict";
(function () {
  /** Copy the text of an element; where the browser forbids it, select it for the reader's own copy. */
  async function copy(button) {
    const source = /** @type {HTMLElement} */ (document.getElementById(button.dataset.copy));
    const field = source instanceof HTMLTextAreaElement ? source : null;
    const text = field ? field.value : (source.textContent || "").trim();
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (field) field.select();
      else getSelection()?.selectAllChildren(source);
      done = document.execCommand("copy");
    }
    const before = button.textContent;
    button.textContent = done ? "Copied" : "Selected: press Ctrl+C";
    button.setAttribute("role", "status");
    setTimeout(() => {
      button.textContent = before;
      button.removeAttribute("role");
    }, 2000);
  }

  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  /** Put the page and the row that the address names into the report. */
  function fill() {
    const report = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("report-text"));
    if (!report) return;
    const said = new URLSearchParams(location.hash.slice(1));
    for (const [name, label] of [
      ["page", "Page: "],
      ["row", "Row: "],
    ]) {
      const value = (said.get(name) || "").replace(/\s+/g, " ").slice(0, 200);
      const lines = report.value.split("\n");
      report.value = lines.map((line) => (line.startsWith(label) ? label + value : line)).join("\n");
    }
  }

  /** Open the folded part in which a link ends. */
  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (folded) folded.open = true;
  }

  /** One switch for all the code of a story: most readers want none of it. */
  function foldCode() {
    const first = document.querySelector(".code");
    if (!first) return;
    const button = document.createElement("button");
    const show = (shown) => {
      document.body.classList.toggle("without-code", !shown);
      button.setAttribute("aria-pressed", String(shown));
    };
    button.type = "button";
    button.className = "switch";
    button.textContent = "Show the code";
    button.addEventListener("click", () => show(document.body.classList.contains("without-code")));
    show(false);
    document.querySelector(".next")?.before(button);
  }

  addEventListener("hashchange", () => [fill(), unfold()]);
  fill();
  unfold();
  foldCode();
})();
