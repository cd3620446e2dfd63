// @ts-check
/* One search over all pages. Its index is a script of its own, loaded when the field is first used:
   a page that is read from a disk may load a script, but read no file. */
"use strict";
(function () {
  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  const root = own.dataset.root || "";
  const box = /** @type {HTMLElement} */ (document.querySelector("header search"));
  const input = /** @type {HTMLInputElement} */ (box.querySelector("input"));
  const panel = /** @type {HTMLElement} */ (box.querySelector(".results"));
  const said = /** @type {HTMLElement} */ (panel.querySelector("p"));
  const list = /** @type {HTMLElement} */ (panel.querySelector("ul"));
  const MOST = 30;
  box.hidden = false;

  /** Small letters without accents: "Kanniyākumari" is found as "kanniyakumari". */
  const plain = (text) =>
    text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "");
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  /** Of a state, a country, a company: `names` are its other names.
      @typedef {{ kind: number, address: string, title: string, plainTitle: string, names: string[],
      text: string }} Entry */
  /** @type {{ kinds: string[], entries: Entry[], spellings: string[][] } | null} */
  let index = null;
  let asked = false;

  function take(raw) {
    index = {
      kinds: raw.kinds,
      spellings: raw.spellings.map((group) => group.map(plain)),
      entries: raw.rows.map(([kind, address, title, words]) => {
        const plainTitle = plain(title);
        const other = plain(words);
        const names = raw.named.includes(kind) ? other.split(" · ") : [];
        return { kind, address, title, plainTitle, names, text: plainTitle + " · " + other };
      }),
    };
  }

  function load() {
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.nonce = own.nonce;
    script.src = root + "assets/search-index.js";
    script.addEventListener("load", () => {
      take(/** @type {any} */ (window).mineralmapIndex);
      find();
    });
    script.addEventListener("error", () => say("The index of the search is missing from this copy."));
    document.head.append(script);
  }

  const say = (text) => {
    panel.hidden = !text;
    said.textContent = text;
  };

  /** Return the pattern of a word: as typed, or in another spelling; a word of the text begins with it. */
  function pattern(typed, spellings) {
    const others = spellings.filter((group) => group.includes(typed)).flat();
    // Two or three letters are a code or a symbol: they count only as what they mean, if they mean something.
    const long = others.filter((one) => one.length > 3);
    const terms = long.length && typed.length < 4 ? long : [typed, ...long];
    return new RegExp("(^|[^a-z0-9])(" + [...new Set(terms)].map(escaped).join("|") + ")");
  }

  /** Return what fits, the best first. @param {string} typed @returns {Entry[]} */
  function matches(typed) {
    if (!index) return [];
    const { spellings, entries } = index;
    const known = spellings.some((group) => group.includes(typed));
    const words = known ? [typed] : typed.split(/\s+/);
    const patterns = words.map((word) => pattern(word, spellings));
    const whole = new RegExp("(^|[^a-z0-9])" + escaped(typed));
    const found = [];
    const held = entries.map((entry) => patterns.filter((one) => one.test(entry.text)).length);
    // Where no page has every word, those that have most of them, two at the least.
    const least = Math.max(...held) === patterns.length ? patterns.length : Math.max(2, ...held);
    for (const [at, entry] of entries.entries()) {
      if (held[at] < least) continue;
      const inTitle = patterns.filter((one) => one.test(entry.plainTitle)).length / patterns.length;
      const score =
        (entry.plainTitle === typed || entry.names.includes(typed) ? 8 : 0) +
        (inTitle === 1 ? 4 : inTitle) +
        (whole.test(entry.plainTitle) ? 2 : 0) +
        (whole.test(entry.text) ? 1 : 0);
      found.push({ entry, score });
    }
    found.sort((a, b) => b.score - a.score || a.entry.kind - b.entry.kind);
    return found.map((one) => one.entry);
  }

  function row(entry) {
    const item = document.createElement("li"),
      link = document.createElement("a"),
      kind = document.createElement("span");
    link.href = root + entry.address;
    link.textContent = entry.title;
    kind.textContent = index ? index.kinds[entry.kind] : "";
    link.append(" ", kind);
    item.append(link);
    return item;
  }

  function find() {
    const typed = plain(input.value.trim());
    list.replaceChildren();
    if (typed.length < 2) return say("");
    if (!index) return say("The index is being loaded.");
    const hits = matches(typed);
    list.append(...hits.slice(0, MOST).map(row));
    said.dataset.of = input.value;
    const more = hits.length > MOST ? "; the first " + MOST + " are shown" : "";
    say(hits.length ? hits.length + " found" + more : "Nothing found: try another spelling or fewer words");
  }

  function close() {
    say("");
    list.replaceChildren();
  }

  let waiting = 0;
  input.addEventListener("focus", load);
  input.addEventListener("input", () => {
    load();
    clearTimeout(waiting);
    waiting = setTimeout(find, 80);
  });
  box.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")],
      at = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    if (event.key === "Escape") {
      input.value = "";
      close();
      input.focus();
    } else if (event.key === "Enter" && document.activeElement === input && links.length) {
      clearTimeout(waiting);
      find();
      list.querySelector("a")?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = event.key === "ArrowDown" ? at + 1 : at - 1;
      if (!links.length || next >= links.length) return;
      event.preventDefault();
      (next < 0 ? input : links[next]).focus();
    }
  });
  list.addEventListener("click", close);
  document.addEventListener("click", (event) => {
    if (!box.contains(/** @type {Node} */ (event.target))) close();
  });
  // As in many sites: a slash goes to the search.
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
  });
})();
