// @ts-check
/* What every part of a mineralmap page stands on: elements, packed numbers, days in words, markers.
   Text from the tables goes in as text nodes only, never as markup; links are http(s) only. */
"use strict";
var mineralmap = (function () {
  const SVG = "http://www.w3.org/2000/svg";
  const { alphabet, months, paper } = mineralmapSettings;

  /** Return the children that are there, whatever lists they stand in. */
  const parts = (children) =>
    children.flat(4).filter((child) => child !== null && child !== undefined && child !== "");

  /** Make an element; strings among the children become text nodes. */
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    element.append(...parts(children));
    return element;
  }

  function svg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function link(url, text) {
    if (!/^https?:\/\//i.test(url || "")) return document.createTextNode(text);
    return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
  }

  function button(text, click, attributes) {
    const element = h("button", { type: "button", ...attributes }, text);
    element.addEventListener("click", () => click(element));
    return element;
  }

  /** Write a whole number with commas; asking the browser's locales takes longer than drawing a layer. */
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  const count = (number, one, many = one + "s") => grouped(number) + " " + (number === 1 ? one : many);

  // ------------------------------------------------------------------ packed numbers

  const VALUE = new Uint8Array(128);
  for (let i = 0; i < 64; i++) VALUE[alphabet.charCodeAt(i)] = i;

  /** Read one whole number of `width` characters of six bits. */
  function fixedAt(text, row, width) {
    let value = 0;
    for (let i = row * width; i < (row + 1) * width; i++) value = value * 64 + VALUE[text.charCodeAt(i)];
    return value;
  }

  /** Unpack columns into rows. */
  function unpackRows(columns) {
    const rows = [];
    for (const [name, cells] of Object.entries(columns)) {
      const length = Array.isArray(cells) ? cells.length : cells.c.length / cells.w;
      for (let i = 0; i < length; i++) {
        rows[i] = rows[i] || {};
        rows[i][name] = Array.isArray(cells) ? cells[i] : cells.v[fixedAt(cells.c, i, cells.w)];
      }
    }
    return rows;
  }

  /** Unpack the payload of a map: each initiative gets its versions, oldest first, and its events, newest first.
      @returns {Payload} */
  function unpackPayload(data) {
    const [initiatives, versions, events, pages] = ["initiatives", "versions", "events", "pages"].map(
      (name) => unpackRows(data[name]),
    );
    const codes = (text) => (text ? text.split(" ") : []);
    let before = "";
    for (const page of pages) {
      page.url = before = before.slice(0, VALUE[page.url.charCodeAt(0)]) + page.url.slice(1);
    }
    for (const initiative of initiatives) Object.assign(initiative, { versions: [], events: [] });
    for (const version of versions) {
      Object.assign(version, { states: codes(version.states), partners: codes(version.partners) });
      initiatives[version.initiative].versions.push(version);
    }
    events.forEach((event, number) => initiatives[event.initiative].events.push(number));
    const spellings = data.spellings.map((group) =>
      group.map((one) => (typeof one === "number" ? data.terms[one] : one)),
    );
    return { ...data, initiatives, events, pages, spellings };
  }

  /** Unpack one line into [[lat, lon], ...]; `steps` to the degree. */
  function unpackLine(text, steps) {
    const points = [],
      at = [0, 0];
    let axis = 0,
      value = 0,
      shift = 0;
    for (let i = 0; i < text.length; i++) {
      const group = VALUE[text.charCodeAt(i)];
      value |= (group & 0x1f) << shift;
      shift += 5;
      if (group >= 0x20) continue;
      at[axis] += value & 1 ? ~(value >> 1) : value >> 1;
      if (axis) points.push([at[0] / steps, at[1] / steps]);
      axis = 1 - axis;
      value = shift = 0;
    }
    return points;
  }

  /** Join arcs (`~n` is arc n backwards) to one ring. */
  function ring(arcs, numbers) {
    const points = [];
    for (const number of numbers) {
      const arc = number < 0 ? arcs[~number].slice().reverse() : arcs[number];
      for (let i = points.length ? 1 : 0; i < arc.length; i++) points.push(arc[i]);
    }
    return points;
  }

  // ------------------------------------------------------------------ days

  /** Say a day (days since 1970-01-01) in words. */
  function dayWords(day) {
    const date = new Date(day * 864e5);
    return date.getUTCDate() + " " + months[date.getUTCMonth()] + " " + date.getUTCFullYear();
  }

  /** Say when a step was, as exactly as it is known: its day is the last one of its month or year. */
  function stepWords({ day, precision }) {
    const words = dayWords(day).split(" ");
    return (precision === "year" ? words.slice(2) : precision === "month" ? words.slice(1) : words).join(" ");
  }

  /** Read a day as a person writes it, "2 Jul 2026" or "2026-07-02"; NaN where it is none. */
  function readDay(text) {
    const iso = /^\s*(\d{4})-(\d\d)-(\d\d)\s*$/.exec(text),
      words = /^\s*(\d{1,2})\.?\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})\s*$/i.exec(text);
    const month = iso
        ? Number(iso[2]) - 1
        : words
          ? months.findIndex((one) => one.toLowerCase() === words[2].toLowerCase())
          : -1,
      [year, day] = iso
        ? [Number(iso[1]), Number(iso[3])]
        : words
          ? [Number(words[3]), Number(words[1])]
          : [0, 0],
      date = new Date(Date.UTC(year, month, day));
    // "31 Feb" would roll on into March.
    return month >= 0 && date.getUTCMonth() === month && date.getUTCDate() === day
      ? date.getTime() / 864e5
      : NaN;
  }

  /** Say a day, month or year as it stands in the tables: "2025-08-02", "2025-08" or "2025". */
  function isoWords(text) {
    const [year, month, day] = text.split("-");
    if (!months[Number(month) - 1]) return text;
    return [day ? String(Number(day)) : "", months[Number(month) - 1], year].filter(Boolean).join(" ");
  }

  const isoDay = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
  const dayOf = (iso) => Math.round(Date.parse(iso + "T00:00:00Z") / 864e5);

  // ------------------------------------------------------------------ markers

  /** Return the parts of a marker: a path and its colours each. @param {Look} look */
  function markerParts(look) {
    const { colour, ink, width = 1.3 } = look;
    const roles = {
      fill: { fill: look.hollow ? paper : colour, stroke: ink, width },
      paper: { fill: paper, stroke: ink, width },
      ink: { fill: ink, stroke: "none", width },
      line: { fill: "none", stroke: ink, width: width + 0.3 },
    };
    return look.marker.split(";").map((part) => {
      const space = part.indexOf(" ");
      return { d: part.slice(space + 1), ...roles[part.slice(0, space)] };
    });
  }

  /** Draw a marker: hollow where it is unconfirmed, dashed for minerals other than rare earths.
      @param {Look} look */
  function sign(look, size) {
    const box = svg("svg", { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" });
    const dash = look.dashed ? { "stroke-dasharray": "2 1.4" } : {};
    for (const { width, ...part } of markerParts(look)) {
      box.append(svg("path", { ...part, ...dash, "stroke-width": width, "stroke-linejoin": "round" }));
    }
    return box;
  }

  /** Mix a colour (#rrggbb) into another: what a map is not about fades into the ground. */
  function mixed(colour, ground, share) {
    const part = (text, at) => parseInt(text.slice(at, at + 2), 16);
    const mix = (at) => Math.round(share * part(colour, at) + (1 - share) * part(ground, at));
    return "#" + [1, 3, 5].map((at) => mix(at).toString(16).padStart(2, "0")).join("");
  }

  return /** @type {Mineralmap} */ (
    /** @type {unknown} */ ({
      layers: {},
      ...{ parts, h, svg, link, button, grouped, count, VALUE, fixedAt, unpackPayload, unpackLine, ring },
      ...{ dayWords, stepWords, isoWords, readDay, isoDay, dayOf, markerParts, sign, mixed },
    })
  );
})();
