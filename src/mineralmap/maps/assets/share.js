// @ts-check
/* An address for what one sees, and what one takes away: link, citation, picture, points. */
"use strict";
(function (mm) {
  const { h, button } = mm;
  /** Only the first map of a page writes its address. */
  let owner = null;

  /** Return day, view, filters and the open project as the fragment of an address. */
  function fragmentOf(map) {
    const { store, view, open } = mm.of(map),
      { lat, lng } = map.getCenter();
    const entries = [
      ...(store && view.day < store.last ? [["day", mm.isoDay(view.day)]] : []),
      ["view", [lat.toFixed(3), lng.toFixed(3), map.getZoom().toFixed(1)].join(",")],
      ...Object.entries(view.filters).filter(([, value]) => value),
      ...(open && open.story.id ? [["open", open.story.id]] : []),
    ];
    return "#" + new URLSearchParams(entries);
  }

  /** Show what an address says; what it says wrongly is left out. */
  function restore(map, fragment) {
    const state = mm.of(map),
      { store } = state,
      said = new URLSearchParams(fragment.slice(1));
    const [lat, lng, zoom] = (said.get("view") || "").split(",").map(Number);
    if ([lat, lng, zoom].every(Number.isFinite) && Math.abs(lat) <= 90) {
      mm.setHome(map, () => map.setView([lat, lng], zoom, { animate: false }));
    }
    if (!store) return;
    const day = mm.dayOf(said.get("day") || ""),
      filters = {};
    for (const kind of mm.filterKinds) {
      const known = said.get(kind) ? mm.filterOptions(store, kind) : [];
      if (known.some(([value]) => value === said.get(kind))) filters[kind] = said.get(kind);
    }
    const next = Number.isFinite(day) ? Math.min(store.last, Math.max(store.first - 1, day)) : store.last;
    mm.show(map, { day: next, filters });
    const number = store.initiatives.findIndex((one) => one.id === said.get("open"));
    const found = state.finds.find((one) => one.story.id && one.story.id === said.get("open"));
    if (number >= 0) mm.openStory(map, mm.storyOf(map, number));
    else if (found) mm.openStory(map, found.story);
    else mm.closeStory(map, false);
  }

  function address(map) {
    if (owner) return;
    owner = map;
    if (location.hash.length > 1) restore(map, location.hash);
    let waiting = 0;
    const write = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        try {
          history.replaceState(null, "", fragmentOf(map));
        } catch {
          // The page of a frame in a notebook has no address.
        }
      }, 150);
    };
    map.on("moveend mineralmap:change mineralmap:story", write);
    window.addEventListener(
      "hashchange",
      () => location.hash !== fragmentOf(map) && restore(map, location.hash),
    );
  }

  /** Copy a text, and say so on the button that was pressed. */
  mm.copy = async function (text, pressed) {
    const before = pressed.textContent;
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = h("textarea", { "aria-hidden": "true", class: "mm-off" });
      box.value = text;
      pressed.after(box);
      box.select();
      done = document.execCommand("copy");
      box.remove();
    }
    pressed.textContent = done ? "Copied" : "Not copied: the browser forbids it";
    pressed.setAttribute("role", "status");
    setTimeout(() => {
      pressed.textContent = before;
      pressed.removeAttribute("role");
    }, 1500);
  };

  const nameOf = (map) => {
    const title = mm.of(map).parts.head.querySelector("h1");
    return ((title && title.textContent) || "map").slice(0, 80);
  };

  function saveGeojson(map) {
    const { features } = mm.of(map);
    const shown = features
      .filter((one) => !one.layer || map.hasLayer(one.layer))
      .flatMap((one) => one.features());
    const collection = { type: "FeatureCollection", name: nameOf(map), features: shown };
    mm.save(JSON.stringify(collection), nameOf(map) + ".geojson", "application/geo+json");
  }

  /** Return the right padding of an element together with its scrollbar. @param {HTMLElement} one */
  function rightOf(one) {
    const { paddingRight, borderLeftWidth, borderRightWidth } = getComputedStyle(one);
    const borders = parseFloat(borderLeftWidth) + parseFloat(borderRightWidth);
    return parseFloat(paddingRight) + one.offsetWidth - one.clientWidth - borders + "px";
  }

  /** Give a copy what the eye sees and no attribute says: what was typed, chosen and scrolled to. */
  function seenAlike(page, copy) {
    const copies = copy.querySelectorAll("*");
    for (const [at, one] of [...page.querySelectorAll("*")].entries()) {
      if (one instanceof HTMLInputElement) copies[at].setAttribute("value", one.value);
      if (one instanceof HTMLOptionElement) copies[at].toggleAttribute("selected", one.selected);
      // A drawn page would show scrollbars as wide as it likes, and break its lines anew.
      if (one instanceof HTMLElement && one.scrollHeight > one.clientHeight && one.clientHeight)
        if (/auto|scroll/.test(getComputedStyle(one).overflowY))
          Object.assign(copies[at].style, { overflowY: "hidden", paddingRight: rightOf(one) });
      if (!one.scrollTop) continue;
      for (const child of copies[at].children) child.style.transform = "translateY(-" + one.scrollTop + "px)";
    }
  }

  /** Draw the page as it is seen into a picture: its own elements and styles, inside an SVG. */
  async function savePicture(map) {
    const { page } = mm.of(map).parts,
      { clientWidth: width, clientHeight: height } = page;
    page.querySelector(".mm-save").open = false;
    const copy = /** @type {HTMLElement} */ (page.cloneNode(true));
    seenAlike(page, copy);
    const canvases = copy.querySelectorAll("canvas");
    page.querySelectorAll("canvas").forEach((canvas, at) => {
      const image = h("img", { src: canvas.toDataURL(), style: canvas.getAttribute("style") || "" });
      canvases[at].replaceWith(image);
    });
    // Pictures from elsewhere may not be drawn.
    copy.querySelectorAll(".leaflet-tile").forEach((tile) => tile.remove());
    const styles = [...document.querySelectorAll("style")].map((one) => one.textContent).join("\n");
    Object.assign(copy.style, { width: width + "px", height: height + "px" });
    const body = h(
      "div",
      { xmlns: "http://www.w3.org/1999/xhtml", class: "mm-shot" },
      h("style", {}, styles),
      copy,
    );
    const markup = new XMLSerializer().serializeToString(body);
    const scale = 2;
    const source =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" ` +
      `viewBox="0 0 ${width} ${height}"><foreignObject width="100%" height="100%">${markup}</foreignObject></svg>`;
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(source);
    await image.decode();
    const canvas = /** @type {HTMLCanvasElement} */ (
      h("canvas", { width: width * scale, height: height * scale })
    );
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.drawImage(image, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    mm.save(blob, nameOf(map) + ".png", "image/png");
  }

  /** The menu of what one can take away, and the address. */
  mm.share = function (map) {
    const state = mm.of(map);
    const copyLink = (one) => mm.copy(location.href.split("#")[0] + fragmentOf(map), one);
    const entries = h("div", {});
    const menu = h("details", { class: "mm-save" }, h("summary", {}, "Save"), entries);
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    map.on("click movestart", () => (menu.open = false));
    mm.tools(map).append(menu);
    // Its button takes its room first; what is in it, and what an address opens, is known when all is drawn.
    queueMicrotask(() => {
      entries.append(
        ...(location.protocol === "about:" ? [] : [button("Copy link to this view", copyLink)]),
        button("Picture (PNG)", () => savePicture(map)),
        ...(state.features.length ? [button("Points (GeoJSON)", () => saveGeojson(map))] : []),
      );
      address(map);
    });
  };
})(mineralmap);
