/* Any number of points on one canvas: unpacked once, drawn in one pass, found by row and bisection. */
"use strict";
(function (mm) {
  const { h, link, VALUE, fixedAt } = mm;

  /** Unpack points. Rows of equal latitude range from south to north, each from west to east. */
  mm.unpackPoints = function (data) {
    const { n, width, height, steps, x0, y0 } = data;
    const lon = new Float64Array(n),
      lat = new Float64Array(n),
      x = new Float64Array(n),
      y = new Float64Array(n),
      rows = [];
    // Bytes are read faster than the characters of a text of millions.
    const bytes = new TextEncoder().encode(data.text);
    let at = 0,
      row = 0,
      point = 0;
    const number = () => {
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
    while (point < n) {
      row += number();
      const count = number(),
        south = row * height + y0;
      rows.push({
        from: point,
        to: point + count,
        south: south / steps - 90,
        north: (south + height) / steps - 90,
      });
      for (let i = 0, east = x0; i < count; i++, point++) {
        east += number();
        let inside = 0;
        for (let k = 0; k < width; k++) inside = inside * 64 + VALUE[bytes[at++]];
        lon[point] = east / steps - 180;
        lat[point] = (south + inside) / steps - 90;
        // Web Mercator, the whole world from 0 to 1.
        x[point] = lon[point] / 360 + 0.5;
        const sine = Math.min(0.9999, Math.max(-0.9999, Math.sin((lat[point] * Math.PI) / 180)));
        y[point] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      }
    }
    return { n, lon, lat, x, y, rows };
  };

  /** Call `each(point)` for all points in a box, in degrees. */
  mm.pointsIn = function (points, west, south, east, north, each) {
    for (const row of points.rows) {
      if (row.north < south || row.south > north) continue;
      let low = row.from,
        high = row.to;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (points.lon[middle] < west) low = middle + 1;
        else high = middle;
      }
      for (let i = low; i < row.to && points.lon[i] <= east; i++)
        if (points.lat[i] >= south && points.lat[i] <= north) each(i);
    }
  };

  /** Return the text of one cell of a packed column. */
  mm.cellAt = function (column, row) {
    if (typeof column.t === "string") column.t = column.t.split("\n");
    if (column.t) return column.t[row];
    const code = fixedAt(column.c, row, column.w);
    if (column.v) return column.v[code];
    return code ? ((column.lo + code - 1) / Math.pow(10, column.d)).toFixed(column.d) : "";
  };

  const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

  function pathOf(tag, shape) {
    if (tag === "path") return new Path2D(shape.d);
    const path = new Path2D();
    if (tag === "circle") path.arc(shape.cx, shape.cy, shape.r, 0, 7);
    else path.rect(shape.x, shape.y, shape.width, shape.height);
    return path;
  }

  const Canvas = L.Layer.extend({
    initialize(data) {
      this.data = data;
      this.points = mm.unpackPoints(data.points);
      this.codes = data.codes && new TextEncoder().encode(data.codes);
      this.colours = data.legend.steps.map((step) => step[0]);
      // Stages have the signs of all our maps, other kinds a shape and a colour.
      this.signs = this.colours.map((colour, at) =>
        data.legend.stages && data.legend.stages[at]
          ? {
              ground: 16,
              paths: mm
                .signParts(data.legend.stages[at], data.style, false)
                .map(([tag, shape, look]) => [
                  pathOf(tag, shape),
                  look.fill,
                  look.stroke,
                  look["stroke-width"],
                ]),
            }
          : {
              ground: 10,
              paths: [[new Path2D(mm.POINT_SHAPES[at % mm.POINT_SHAPES.length]), colour, "#0b2f66", 1]],
            },
      );
    },

    onAdd(map) {
      this.map = map;
      const canvas = (this.canvas = h("canvas", {
        class: "mm-points leaflet-zoom-hide",
        tabindex: "0",
        role: "button",
        "aria-label":
          mm.count(this.points.n, "point") + "; Enter opens the one nearest to the middle of the map",
      }));
      map.getPane("mm-points").append(canvas);
      map.on("moveend resize viewreset", this.draw, this);
      map.on("click", this.click, this);
      map.on("mousemove", this.hover, this);
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
      map
        .off("moveend resize viewreset", this.draw, this)
        .off("click", this.click, this)
        .off("mousemove", this.hover, this);
    },

    code(point) {
      return this.codes ? VALUE[this.codes[point]] : 0;
    },

    /** Draw all points in view. Few ones as discs with a rim; many as pixels, each place once. */
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
      const origin = map.getPixelBounds().min,
        scale = 256 * Math.pow(2, map.getZoom()),
        pad = 8,
        { x, y } = this.points;
      const bounds = map.getBounds().pad(0.02);
      let inView = 0;
      const all = (each) =>
        mm.pointsIn(
          this.points,
          bounds.getWest(),
          bounds.getSouth(),
          bounds.getEast(),
          bounds.getNorth(),
          each,
        );
      all(() => inView++);
      const context = canvas.getContext("2d");
      if (inView > 3000) return this.pixels(context, all, inView, origin, scale, ratio);
      all((point) => {
        const left = x[point] * scale - origin.x,
          top = y[point] * scale - origin.y;
        if (left < -pad || top < -pad || left > size.x + pad || top > size.y + pad) return;
        const { paths, ground } = this.signs[this.code(point)];
        context.setTransform(ratio, 0, 0, ratio, (left - ground / 2) * ratio, (top - ground / 2) * ratio);
        for (const [path, fill, stroke, width] of paths) {
          context.fillStyle = fill;
          context.fill(path);
          if (stroke === "none") continue;
          context.strokeStyle = stroke;
          context.lineWidth = width;
          context.stroke(path);
        }
      });
    },

    pixels(context, all, inView, origin, scale, ratio) {
      const { width, height } = context.canvas,
        image = context.createImageData(width, height),
        cells = new Uint32Array(image.data.buffer);
      const taken = new Uint8Array(width * height),
        { x, y } = this.points,
        half = Math.round((inView > 30000 ? 1 : 2) * ratio);
      const inks = this.colours.map((colour) => {
        const [r, g, b] = rgb(colour);
        return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
      });
      const many = scale * ratio,
        left = origin.x * ratio,
        top = origin.y * ratio;
      all((point) => {
        const column = Math.round(x[point] * many - left),
          line = Math.round(y[point] * many - top);
        if (column < half || line < half || column >= width - half || line >= height - half) return;
        const at = line * width + column;
        if (taken[at]) return;
        taken[at] = 1;
        const ink = inks[this.code(point)];
        for (let dy = -half; dy <= half; dy++) {
          const from = at + dy * width;
          for (let dx = -half; dx <= half; dx++) cells[from + dx] = ink;
        }
      });
      context.putImageData(image, 0, 0);
    },

    /** Return the nearest point to a place within some pixels, or -1. */
    nearest(place, pixels) {
      const { map, points } = this,
        scale = 256 * Math.pow(2, map.getZoom()),
        at = map.project(place);
      const a = map.unproject([at.x - pixels, at.y + pixels]),
        b = map.unproject([at.x + pixels, at.y - pixels]);
      let best = -1,
        least = pixels * pixels;
      mm.pointsIn(points, a.lng, a.lat, b.lng, b.lat, (point) => {
        const distance = (points.x[point] * scale - at.x) ** 2 + (points.y[point] * scale - at.y) ** 2;
        if (distance <= least) [best, least] = [point, distance];
      });
      return best;
    },

    open(place, reaches, opener) {
      const point = reaches.reduce((found, pixels) => (found >= 0 ? found : this.nearest(place, pixels)), -1);
      if (point < 0) return false;
      mm.openPopup(
        this.map,
        [this.points.lat[point], this.points.lon[point]],
        () => this.content(point),
        opener,
      );
      return true;
    },

    content(point) {
      const cells = this.data.columns
        .map((column) => [column.name, mm.cellAt(column, point), column])
        .filter(([, text]) => text !== "" && text !== null);
      const named = cells.findIndex(([name]) => name === this.data.heading),
        pages = this.data.pages ? this.data.pages.of[point] : [];
      return [
        h("h2", {}, named >= 0 ? cells[named][1] : "Point " + (point + 1)),
        h(
          "dl",
          {},
          cells
            .filter((_, at) => at !== named)
            .map(([name, text]) => [
              h("dt", {}, name),
              h("dd", {}, /^https?:\/\/\S+$/i.test(text) ? link(text, text) : text),
            ]),
        ),
        pages.length
          ? h(
              "p",
              { class: "mm-src mm-quiet" },
              "Sources: ",
              pages.flatMap((page, at) => [at ? "; " : "", link(...this.data.pages.pages[page])]),
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

  mm.layers.points = function (map, data) {
    const layer = new Canvas(data),
      { points } = layer;
    mm.of(map).tables.push({
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
