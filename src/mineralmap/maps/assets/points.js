// @ts-check
/* Any number of points on one canvas: decoded once, drawn in one pass, found by row and bisection. */
"use strict";

/**
 * Points as text, as `encode_points` of point_encoding.py writes them.
 * @typedef {{ n: number, width: number, height: number, steps: number, x0: number, y0: number,
 *   rows: string, east: string, north: string }} EncodedPoints
 *
 * A column of the stories, as `encode_column` of point_columns.py writes it.
 * @typedef {{ name: string, texts?: string | string[], kinds?: string[], codes?: string, width?: number,
 *   low?: number, decimals?: number }} EncodedColumn
 *
 * A row of equal latitude range: its points, `from` up to before `to`, stand from west to east.
 * @typedef {{ from: number, to: number, south: number, north: number }} PointRow
 *
 * @typedef {{ n: number, lon: Float64Array, lat: Float64Array, x: Float64Array, y: Float64Array,
 *   rows: PointRow[] }} Points
 *
 * What the layer draws: the class of each point is a character of `codes`, and each class has a look.
 * The story's heading is the cell of the first column.
 * @typedef {{ points: EncodedPoints, codes: string | null, columns: EncodedColumn[], looks: Look[],
 *   name: string, pages: { pages: [string, string][], of: number[][] } | null }} PointsLayer
 */

(function (mm) {
  const { h, link, VALUE, fixedAt } = mm;
  // Bytes are read faster than the characters of a text of millions.
  /** @param {string} text */
  const bytesOf = (text) => new TextEncoder().encode(text);

  /** Return a function that reads one number after the other. @param {string} text */
  function reader(text) {
    const bytes = bytesOf(text);
    let at = 0;
    return () => {
      let value = 0,
        shift = 0,
        group;
      do {
        group = VALUE[bytes[at++]];
        value |= (group & 31) << shift;
        shift += 5;
      } while (group >= 32);
      return value;
    };
  }

  /** Decode points: rows from south to north, each from west to east. @param {EncodedPoints} data */
  mm.decodePoints = function (data) {
    const { n, width, height, steps, x0, y0 } = data;
    const [lon, lat, x, y] = [0, 1, 2, 3].map(() => new Float64Array(n));
    const head = reader(data.rows),
      step = reader(data.east),
      inside = bytesOf(data.north);
    /** @type {PointRow[]} */
    const rows = [];
    let south = y0;
    for (let point = 0; point < n;) {
      south += head() * height;
      const row = { from: point, to: point + head(), south: south / steps - 90, north: 0 };
      row.north = row.south + height / steps;
      rows.push(row);
      for (let east = x0; point < row.to; point++) {
        east += step();
        let north = 0;
        for (let k = point * width; k < (point + 1) * width; k++) north = north * 64 + VALUE[inside[k]];
        lon[point] = east / steps - 180;
        lat[point] = (south + north) / steps - 90;
        // Web Mercator, the whole world from 0 to 1.
        x[point] = lon[point] / 360 + 0.5;
        const sine = Math.min(0.9999, Math.max(-0.9999, Math.sin((lat[point] * Math.PI) / 180)));
        y[point] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      }
    }
    return { n, lon, lat, x, y, rows };
  };

  /**
   * Call `each` for all points in a box, in degrees.
   * @param {Points} points
   * @param {number[]} box west, south, east, north
   * @param {(point: number) => void} each
   */
  mm.pointsIn = function (points, [west, south, east, north], each) {
    const { rows, lon, lat } = points;
    for (const row of rows) {
      if (row.north < south || row.south > north) continue;
      let low = row.from,
        high = row.to;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (lon[middle] < west) low = middle + 1;
        else high = middle;
      }
      for (; low < row.to && lon[low] <= east; low++) if (lat[low] >= south && lat[low] <= north) each(low);
    }
  };

  /** Return the text of one cell. @param {EncodedColumn} column @param {number} row */
  mm.cellAt = function (column, row) {
    if (typeof column.texts === "string") column.texts = column.texts.split("\n");
    if (column.texts) return column.texts[row];
    const { codes = "", width = 1, low = 0, decimals = 0 } = column;
    const code = fixedAt(codes, row, width);
    if (column.kinds) return column.kinds[code];
    return code ? ((low + code - 1) / Math.pow(10, decimals)).toFixed(decimals) : "";
  };

  /** Return a colour (#rrggbb) as a pixel of a canvas. @param {string} colour */
  function pixelOf(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }

  const Canvas = L.Layer.extend({
    /** @param {PointsLayer} data */
    initialize(data) {
      this.data = data;
      this.points = mm.decodePoints(data.points);
      this.codes = data.codes && bytesOf(data.codes);
      this.markers = data.looks.map((look) =>
        mm.markerParts(look).map((part) => ({ ...part, path: new Path2D(part.d) })),
      );
    },

    onAdd(map) {
      this.map = map;
      const number = mm.count(this.points.n, "point");
      const canvas = (this.canvas = h("canvas", {
        class: "mm-points leaflet-zoom-hide",
        tabindex: "0",
        role: "button",
        "aria-label": number + "; Enter opens the one nearest to the middle of the map",
      }));
      map.getPane("mm-points").append(canvas);
      map.on("moveend resize viewreset", this.draw, this);
      map.on({ click: this.click, mousemove: this.hover }, this);
      canvas.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        this.open(map.getCenter(), [16, 128, 1024, 1e6], canvas);
      });
      this.draw();
    },

    onRemove(map) {
      this.canvas.remove();
      this.map = null;
      map.off("moveend resize viewreset", this.draw, this);
      map.off({ click: this.click, mousemove: this.hover }, this);
    },

    code(point) {
      return this.codes ? VALUE[this.codes[point]] : 0;
    },

    /** Draw all points in view: few ones as markers, many as pixels, each place once. */
    draw() {
      const map = this.map,
        size = map.getSize(),
        ratio = window.devicePixelRatio || 1,
        canvas = this.canvas;
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      const bounds = map.getBounds().pad(0.02),
        box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
      let inView = 0;
      mm.pointsIn(this.points, box, () => inView++);
      // Where a point is on the canvas, in pixels of the map.
      const origin = map.getPixelBounds().min,
        scale = 256 * Math.pow(2, map.getZoom());
      const view = { box, origin, scale, ratio, inView };
      if (inView > 3000) this.drawPixels(canvas.getContext("2d"), view);
      else this.drawMarkers(canvas.getContext("2d"), view);
    },

    /** Boxes of the points in view, for the names to keep clear of; none where they are too many for that. */
    boxes() {
      if (!this.map) return [];
      const bounds = this.map.getBounds(),
        box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
        { lat, lon } = this.points,
        found = [];
      mm.pointsIn(this.points, box, (point) => found.length < 400 && found.push(point));
      if (found.length === 400) return [];
      return found.map((point) => {
        const { x, y } = this.map.latLngToContainerPoint([lat[point], lon[point]]);
        return { x, y, w: 12, h: 12 };
      });
    },

    drawMarkers(context, { box, origin, scale, ratio }) {
      const { x, y } = this.points;
      mm.pointsIn(this.points, box, (point) => {
        // The ground of a marker is 16 by 16.
        const left = x[point] * scale - origin.x - 8,
          top = y[point] * scale - origin.y - 8;
        context.setTransform(ratio, 0, 0, ratio, left * ratio, top * ratio);
        for (const { path, fill, stroke, width } of this.markers[this.code(point)]) {
          context.fillStyle = fill;
          if (fill !== "none") context.fill(path);
          context.strokeStyle = stroke;
          context.lineWidth = width;
          if (stroke !== "none") context.stroke(path);
        }
      });
    },

    drawPixels(context, { box, origin, scale, ratio, inView }) {
      const { width, height } = context.canvas,
        image = context.createImageData(width, height),
        pixels = new Uint32Array(image.data.buffer),
        taken = new Uint8Array(width * height),
        { x, y } = this.points,
        half = Math.round((inView > 30000 ? 1 : 2) * ratio),
        inks = this.data.looks.map((look) => pixelOf(look.colour)),
        many = scale * ratio,
        left = origin.x * ratio,
        top = origin.y * ratio;
      mm.pointsIn(this.points, box, (point) => {
        const column = Math.round(x[point] * many - left),
          line = Math.round(y[point] * many - top);
        if (column < half || line < half || column >= width - half || line >= height - half) return;
        const at = line * width + column;
        if (taken[at]) return;
        taken[at] = 1;
        const ink = inks[this.code(point)];
        for (let from = at - half * width; from <= at + half * width; from += width)
          for (let dx = -half; dx <= half; dx++) pixels[from + dx] = ink;
      });
      context.putImageData(image, 0, 0);
    },

    /** Return the nearest point to a place within some pixels, or -1. */
    nearest(place, pixels) {
      const { map, points } = this,
        scale = 256 * Math.pow(2, map.getZoom()),
        at = map.project(place),
        southWest = map.unproject([at.x - pixels, at.y + pixels]),
        northEast = map.unproject([at.x + pixels, at.y - pixels]);
      let best = -1,
        least = pixels * pixels;
      mm.pointsIn(points, [southWest.lng, southWest.lat, northEast.lng, northEast.lat], (point) => {
        const distance = (points.x[point] * scale - at.x) ** 2 + (points.y[point] * scale - at.y) ** 2;
        if (distance <= least) [best, least] = [point, distance];
      });
      return best;
    },

    open(place, reaches, opener) {
      const point = reaches.reduce((found, pixels) => (found < 0 ? this.nearest(place, pixels) : found), -1);
      if (point < 0) return false;
      const { lat, lon } = this.points;
      const at = [lat[point], lon[point]];
      mm.openStory(this.map, { content: () => this.content(point), place: () => at }, opener);
      return true;
    },

    content(point) {
      const { columns, pages } = /** @type {PointsLayer} */ (this.data);
      const cells = columns.map((column) => [column.name, mm.cellAt(column, point)]);
      const links = pages ? pages.of[point].map((page) => link(...pages.pages[page])) : [];
      const heading = cells.shift();
      return [
        h("h2", {}, (heading && heading[1]) || "Point " + (point + 1)),
        h(
          "dl",
          {},
          cells
            .filter(([, text]) => text)
            .map(([name, text]) => [
              h("dt", {}, name),
              h("dd", {}, /^https?:\/\/\S+$/i.test(text) ? link(text, text) : text),
            ]),
        ),
        links.length
          ? h(
              "p",
              { class: "mm-src mm-quiet" },
              "Sources: ",
              links.flatMap((one, at) => [at ? "; " : "", one]),
            )
          : null,
      ];
    },

    click(event) {
      if (this.open(event.latlng, [8])) L.DomEvent.stop(event.originalEvent);
    },

    hover(event) {
      if (this.waiting) return;
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        if (this.map)
          this.map.getContainer().style.cursor = this.nearest(event.latlng, 8) < 0 ? "" : "pointer";
      });
    },
  });

  mm.layers.points = function (map, /** @type {PointsLayer} */ data) {
    const layer = new Canvas(data),
      { points } = layer;
    const state = mm.of(map),
      boxes = state.pinBoxes;
    state.pinBoxes = () => [...boxes(), ...layer.boxes()];
    state.features.push({
      layer,
      features: () =>
        Array.from({ length: points.n }, (_, row) => {
          const cells = data.columns.map((column) => [column.name, mm.cellAt(column, row)]);
          return mm.feature([points.lat[row], points.lon[row]], Object.fromEntries(cells));
        }),
    });
    state.tables.push({
      caption: () => data.name,
      head: data.columns.map((column) => column.name),
      layer,
      total: points.n,
      rows: () =>
        Array.from({ length: Math.min(points.n, 200) }, (_, row) =>
          data.columns.map((column) => mm.cellAt(column, row)),
        ),
    });
    return layer;
  };
})(mineralmap);
