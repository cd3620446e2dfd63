/* What every part of a mineralmap page stands on: elements, packed numbers, days in words, signs.
   Text from the tables goes in as text nodes only, never as markup; links are http(s) only. */
"use strict";
var mineralmap = (function () {
  const SVG = "http://www.w3.org/2000/svg";

  /** Make an element; strings among the children become text nodes. */
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    element.append(
      ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== ""),
    );
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

  /** Write a whole number with commas; asking the browser's locales takes longer than drawing a layer. */
  function grouped(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  }

  function count(number, one, many) {
    return grouped(number) + " " + (number === 1 ? one : many || one + "s");
  }

  // ------------------------------------------------------------------ packed numbers

  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUE = new Uint8Array(128);
  for (let i = 0; i < 64; i++) VALUE[ALPHABET.charCodeAt(i)] = i;

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
        if (!rows[i]) rows[i] = {};
        rows[i][name] = Array.isArray(cells) ? cells[i] : cells.v[fixedAt(cells.c, i, cells.w)];
      }
    }
    return rows;
  }

  /** Unpack the threads, pages and words of a map. */
  function unpackStore(data) {
    const store = {
      ...data,
      initiatives: unpackRows(data.initiatives),
      events: unpackRows(data.events),
      pages: unpackRows(data.pages),
    };
    let before = "";
    for (const page of store.pages) before = page.url = before.slice(0, page.shared) + page.url;
    return store;
  }

  /** Unpack one line into [[lat, lon], ...]; `steps` to the degree. */
  function unpackLine(text, steps) {
    const points = [],
      lengthLeft = text.length;
    let lat = 0,
      lon = 0,
      at = 0;
    while (at < lengthLeft) {
      for (const axis of [0, 1]) {
        let value = 0,
          shift = 0,
          group;
        do {
          group = VALUE[text.charCodeAt(at++)];
          value |= (group & 0x1f) << shift;
          shift += 5;
        } while (group >= 0x20);
        value = value & 1 ? ~(value >> 1) : value >> 1;
        if (axis) lon += value;
        else lat += value;
      }
      points.push([lat / steps, lon / steps]);
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

  const MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ];

  /** Say a day (days since 1970-01-01) in words. */
  function dayWords(day) {
    const date = new Date(day * 864e5);
    return date.getUTCDate() + " " + MONTHS[date.getUTCMonth()] + " " + date.getUTCFullYear();
  }

  function isoDay(day) {
    return new Date(day * 864e5).toISOString().slice(0, 10);
  }

  function dayOf(iso) {
    return Math.round(Date.parse(iso + "T00:00:00Z") / 864e5);
  }

  // ------------------------------------------------------------------ stages as shapes

  const SHAPES = {
    talks: [["circle", { cx: 8, cy: 8, r: 5.5 }]],
    announced: [
      ["circle", { cx: 8, cy: 8, r: 5.5 }],
      ["circle", { cx: 8, cy: 8, r: 1.6, class: "dot" }],
    ],
    mou: [
      ["circle", { cx: 8, cy: 8, r: 5.5, class: "empty" }],
      ["path", { d: "M8 2.5a5.5 5.5 0 0 0 0 11z", class: "half" }],
    ],
    agreement: [
      ["circle", { cx: 8, cy: 8, r: 5.5, class: "empty" }],
      ["path", { d: "M8 8V2.5a5.5 5.5 0 1 0 5.5 5.5z", class: "half" }],
    ],
    approved: [["circle", { cx: 8, cy: 8, r: 5.5 }]],
    construction: [["rect", { x: 2.8, y: 2.8, width: 10.4, height: 10.4 }]],
    operating: [["path", { d: "M8 .8l2.2 4.7 5.1.6-3.8 3.5 1 5.1L8 12.2l-4.5 2.5 1-5.1L.7 6.1l5.1-.6z" }]],
    suspended: [
      ["circle", { cx: 8, cy: 8, r: 5.5 }],
      ["path", { d: "M4.4 4.4l7.2 7.2M11.6 4.4l-7.2 7.2", class: "bar" }],
    ],
    cancelled: [
      ["circle", { cx: 8, cy: 8, r: 5.5 }],
      ["path", { d: "M3.6 12.4l8.8-8.8", class: "bar" }],
    ],
    in_force: [
      ["path", { d: "M4 1.5v13", class: "bar" }],
      ["path", { d: "M4 2h9l-2.6 3L13 8H4z" }],
    ],
  };

  /** Shapes of the points of a frame, 10 by 10: colour alone must not carry the meaning. */
  const POINT_SHAPES = [
    "M.5 5a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
    "M1 1h8v8H1z",
    "M5 0l5 5-5 5-5-5z",
    "M5 .5l4.7 8.5H.3z",
    "M5 9.5L.3 1h9.4z",
  ];

  function picture(size) {
    return svg("svg", { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true" });
  }

  /** Return the parts of a stage's sign: [[tag, attributes, look], ...] on a ground of 16 by 16. */
  function signParts(stage, style, hollow) {
    const grey = stage === "suspended" || stage === "cancelled",
      ink = grey ? style.grey : style.ink;
    return (SHAPES[stage] || SHAPES.talks).map(([tag, attributes]) => {
      const { class: part, ...rest } = attributes;
      const look = {
        fill: hollow ? "#ffffff" : style.colours[stage],
        stroke: ink,
        "stroke-width": 1.3,
        "stroke-linejoin": "round",
      };
      if (part === "empty") look.fill = "#ffffff";
      if (part === "half") Object.assign(look, { stroke: "none", fill: hollow ? "#ffffff" : ink });
      if (part === "dot") Object.assign(look, { stroke: "none", fill: ink });
      if (part === "bar") look["stroke-width"] = 1.6;
      if (hollow) look["stroke-dasharray"] = "2 1.4";
      return [tag, rest, look];
    });
  }

  /** Draw a stage's sign; `hollow` marks minerals other than rare earths. */
  function glyph(stage, style, size, hollow) {
    const sign = picture(size);
    for (const [tag, rest, look] of signParts(stage, style, hollow))
      sign.append(svg(tag, { ...rest, ...look }));
    return sign;
  }

  function diamond(size, fill, line) {
    const sign = picture(size);
    sign.append(svg("path", { d: "M8 1l7 7-7 7-7-7z", fill: fill, stroke: line, "stroke-width": 1.6 }));
    return sign;
  }

  /** Mix a colour (#rrggbb) into another: what a map is not about fades into the ground. */
  function mixed(colour, ground, share) {
    const part = (text, at) => parseInt(text.slice(at, at + 2), 16);
    return (
      "#" +
      [1, 3, 5]
        .map((at) =>
          Math.round(share * part(colour, at) + (1 - share) * part(ground, at))
            .toString(16)
            .padStart(2, "0"),
        )
        .join("")
    );
  }

  return {
    layers: {},
    h,
    svg,
    link,
    grouped,
    count,
    VALUE,
    fixedAt,
    unpackStore,
    unpackLine,
    ring,
    dayWords,
    isoDay,
    dayOf,
    signParts,
    glyph,
    diamond,
    mixed,
    POINT_SHAPES,
  };
})();
