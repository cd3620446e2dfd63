// @ts-check
/* Stand-ins for what folium's own layers ask of other libraries, so that they work without a network. */
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
})(mineralmap);
