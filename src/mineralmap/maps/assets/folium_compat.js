// @ts-check
/* What others add to a map: stand-ins for what folium asks of libraries, and a place for what guests bring. */
"use strict";
(function (mm) {
  // folium's Popup asks jQuery for one thing, to make an element of a string.
  if (!window.$) {
    window.$ = function (html) {
      const box = document.createElement("template");
      box.innerHTML = String(html).trim();
      return [box.content.firstElementChild];
    };
  }
  // folium.Icon asks for a plugin of Leaflet: a plain pin in the colour asked for stands in for it.
  if (!L.AwesomeMarkers) {
    const shades = { lightred: "#ff8e7f", darkpurple: "#5b396b" };
    const outline = "M12 35C9 26 1 20 1 12a11 11 0 0 1 22 0c0 8-8 14-11 23z";
    const icon = ({ markerColor }) => {
      const pin = mm.svg(
        "svg",
        { viewBox: "0 0 24 36", width: 24, height: 36 },
        mm.svg("path", { d: outline, stroke: "#fff", fill: "#38aadd" }),
        mm.svg("circle", { cx: 12, cy: 12, r: 4, fill: "#fff" }),
      );
      pin.firstChild.style.fill = shades[markerColor] || markerColor || "";
      const place = { iconSize: [24, 36], iconAnchor: [12, 35], popupAnchor: [0, -32] };
      return L.divIcon({ className: "mm-icon", html: pin, ...place });
    };
    L.AwesomeMarkers = { icon };
  }
  // What a script error took away is left out of the layer control.
  const { _addLayer } = L.Control.Layers.prototype;
  L.Control.Layers.include({
    _addLayer(layer, ...about) {
      if (layer) _addLayer.call(this, layer, ...about);
    },
  });

  /** Before the guests: keep what is ours from them. */
  mm.welcome = function (map) {
    const container = map.getContainer(),
      { page } = mm.of(map).parts,
      d3 = window["d3"];
    const tiled = () => {
      let any = false;
      map.eachLayer((layer) => (any ||= layer instanceof L.GridLayer));
      container.classList.toggle("mm-tiled", any);
    };
    map.on("layeradd layerremove", tiled);
    // Title, table and time are seen in full screen, too.
    container.requestFullscreen = (options) => page.requestFullscreen(options);
    // Bounds that are asked for while the map is hidden are those to open on.
    const { fitBounds } = map;
    map.fitBounds = (...about) => {
      if (map.getSize().x) return fitBounds.apply(map, about);
      mm.setHome(map, () => fitBounds.apply(map, about));
      return map;
    };
    if (!d3) return;
    const { selectAll } = d3;
    // A plugin restyles all paths that it finds: only those of guests.
    d3.selectAll = (what) => selectAll(what === "path" ? ".leaflet-overlay-pane path" : what);
  };

  /** After the guests: what they float over the page floats over the map, what they put above it pushes it down. */
  mm.guests = function (map) {
    const { page, canvas } = mm.of(map).parts,
      { fullscreenControl } = map;
    if (fullscreenControl) fullscreenControl.options.fullscreenElement ||= page;
    if (document.querySelectorAll(".folium-map:not(.mm-page)").length > 1) return;
    for (const one of /** @type {HTMLElement[]} */ ([...document.body.children])) {
      if (one.contains(page) || !/fixed|absolute/.test(getComputedStyle(one).position)) continue;
      one.style.position = "absolute";
      canvas.append(one);
      const box = one.getBoundingClientRect(),
        ground = canvas.getBoundingClientRect(),
        [x, y] = [box.x - ground.x + box.width / 2, box.y - ground.y + box.height / 2];
      // Beside the controls of the map, not on them.
      const under = mm
        .controlBoxes(map)
        .find((c) => Math.abs(c.x - x) * 2 < c.w + box.width && Math.abs(c.y - y) * 2 < c.h + box.height);
      if (under) one.style.translate = (x * 2 > ground.width ? "-" : "") + (under.w + 16) + "px";
    }
    const above = page.offsetTop;
    if (above > 0 && page.style.height === "100%" && page.parentNode === document.body)
      page.style.height = "calc(100% - " + above + "px)";
    // Names and signs make room for the controls that came last.
    map.fire("resize");
  };
})(mineralmap);
