// @ts-check
/* Names on the map: placed one after the other, the telling ones first; none over another, none cut. */
"use strict";
(function (mm) {
  const { h } = mm;
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const FACE = getComputedStyle(document.documentElement).getPropertyValue("--mm-face");
  /** Size and weight of each kind of name. */
  const LOOKS = { focus: [14, 600], state: [11, 400], place: [11, 600], district: [10.5, 400] };
  const widths = new Map();

  function widthOf(text, kind) {
    const key = kind + text;
    if (!widths.has(key)) {
      const [size, weight] = LOOKS[kind];
      pen.font = weight + " " + size + "px " + FACE;
      widths.set(key, Math.ceil(pen.measureText(text).width));
    }
    return widths.get(key);
  }

  /** Ways to write a name: in one line, and in two where it has words. */
  function writings(text) {
    const words = text.split(" ");
    if (words.length < 2) return [[text]];
    const cuts = words
      .slice(1)
      .map((_, at) => [words.slice(0, at + 1).join(" "), words.slice(at + 1).join(" ")]);
    const longest = (lines) => Math.max(...lines.map((line) => line.length));
    return [[text], cuts.reduce((best, cut) => (longest(cut) < longest(best) ? cut : best))];
  }

  /** Boxes that a name may take: around a point for an area, beside it for a place. */
  function boxesOf(map, name) {
    const at = map.latLngToContainerPoint(name.at),
      line = LOOKS[name.kind][0] * 1.15;
    if (name.kind === "place") {
      const lines = name.text.split("\n"),
        w = Math.max(...lines.map((one) => widthOf(one, "place"))) + 4,
        tall = line * lines.length + 2,
        gap = name.gap;
      // Beside it, a little higher or lower, then above and below.
      const [right, left, some] = [gap + w / 2, -gap - w / 2, 0.8 * line];
      const sides = [
        ...[0, some, -some, tall * 0.8, -tall * 0.8].flatMap((dy) => [
          [right, dy],
          [left, dy],
        ]),
        [0, gap + tall / 2],
        [0, -gap - tall / 2],
      ];
      return sides.map(([dx, dy]) => ({ x: at.x + dx, y: at.y + dy, w, h: tall, lines }));
    }
    const room = (name.room * 256 * Math.pow(2, map.getZoom())) / 360;
    const found = [];
    // Where a whole name finds no room, its letters do.
    for (const lines of [...writings(name.text), ...(name.letters ? [[name.letters]] : [])]) {
      const w = Math.max(...lines.map((one) => widthOf(one, name.kind))),
        tall = line * lines.length;
      // A name in focus may stand out of its area, others hardly.
      if (w > (name.kind === "focus" ? 2.6 * room : room + 8)) continue;
      for (const [right, down] of [
        [0, 0],
        [0, 1],
        [0, -1],
        [0.25, 0],
        [-0.25, 0],
        [0, 2],
        [0, -2],
        [0.5, 0.5],
        [-0.5, 0.5],
      ]) {
        if (name.kind !== "focus" && Math.abs(down) > 1) continue;
        found.push({ x: at.x + right * w, y: at.y + down * tall * 0.7, w, h: tall, lines });
      }
    }
    return found;
  }

  /** Boxes of what stands on the map: buttons, scale, attribution. */
  mm.controlBoxes = function (map) {
    const container = map.getContainer(),
      origin = container.getBoundingClientRect();
    return [...container.querySelectorAll(".leaflet-control")].map((one) => {
      const { left, top, width, height } = one.getBoundingClientRect();
      return { x: left - origin.left + width / 2, y: top - origin.top + height / 2, w: width, h: height };
    });
  };

  const apart = (a, b) => Math.abs(a.x - b.x) * 2 >= a.w + b.w || Math.abs(a.y - b.y) * 2 >= a.h + b.h;

  /** Place the names anew after each change of the view, once a frame. */
  mm.placeNames = function (map) {
    const state = mm.of(map),
      pane = map.getPane("mm-names");
    if (state.placing) return;
    pane.setAttribute("aria-hidden", "true");
    let waiting = 0;
    const place = () => {
      waiting = 0;
      const size = map.getSize(),
        zoom = map.getZoom(),
        known = state.pinBoxes(),
        signs = known.filter((box) => !box.named),
        taken = [...signs, ...known.filter((box) => box.named), ...mm.controlBoxes(map)];
      const inside = ({ x, y, w, h: tall }) =>
        x - w / 2 >= 3 && x + w / 2 <= size.x - 3 && y - tall / 2 >= 3 && y + tall / 2 <= size.y - 3;
      const wanted = state.names
        .flatMap((source) => (map.hasLayer(source.layer) ? source.names() : []))
        .filter((name) => zoom >= (name.from || 0))
        .sort((a, b) => a.order - b.order);
      const spans = [],
        written = new Set();
      for (const name of wanted) {
        const boxes = boxesOf(map, name).filter(inside),
          free = (from) => boxes.find((one) => taken.slice(from).every((other) => apart(one, other)));
        // What the map is about is named, though a sign be under its name.
        const box = free(0) || (name.kind === "focus" && free(signs.length));
        // A district that has the name of a place in it is not named twice.
        if (!box || written.has(name.text)) continue;
        written.add(name.text);
        taken.push({ x: box.x, y: box.y, w: box.w + 4, h: box.h + 1 });
        const span = h(
          "span",
          { class: "mm-name mm-name-" + name.kind },
          box.lines.flatMap((one, at) => (at ? [h("br", {}), one] : [one])),
        );
        const at = map.containerPointToLayerPoint([box.x, box.y]);
        const [fontSize, fontWeight] = LOOKS[name.kind];
        Object.assign(span.style, { fontSize: fontSize + "px", fontWeight });
        span.style.transform = "translate(" + at.x + "px," + at.y + "px) translate(-50%,-50%)";
        spans.push(span);
      }
      pane.replaceChildren(...spans);
    };
    state.placing = () => (waiting ||= requestAnimationFrame(place));
    map.on("zoomend moveend resize layeradd layerremove mineralmap:change mineralmap:drawn", state.placing);
    state.placing();
  };
})(mineralmap);
