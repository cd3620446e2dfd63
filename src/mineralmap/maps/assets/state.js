// @ts-check
/* What we keep for one map: payload, view, what is shown; and how all parts hear of a change. */
"use strict";
(function (mm) {
  const states = new WeakMap();

  /** Return what we keep for one map. @returns {MapState} */
  mm.of = function (map) {
    if (!states.has(map)) {
      states.set(map, {
        ...{ store: null, view: { day: 0, filters: {} }, now: { day: 0, items: [], events: new Set() } },
        ...{ open: null, keys: [], finds: [], lists: [], tables: [], features: [], names: [], hits: null },
        ...{ pinBoxes: () => [], outlineOf: () => [], ring: null, parts: null },
      });
    }
    return states.get(map);
  };

  /** Draw now, and again whenever the day or a filter changes. */
  mm.onChange = function (map, draw) {
    map.on("mineralmap:change", draw);
    draw();
  };

  /** Keep the payload that the layers of one map share. */
  mm.load = function (map, data) {
    const state = mm.of(map);
    state.store = mm.unpackPayload(data);
    state.view = { day: state.store.last, filters: {} };
    state.now = mm.snapshot(state.store, state.view);
  };

  /** Change the day or filters, and tell all layers and panels. @param {Partial<View>} changes */
  mm.show = function (map, changes) {
    const state = mm.of(map);
    Object.assign(state.view, changes);
    state.now = mm.snapshot(state.store, state.view);
    map.fire("mineralmap:change");
    mm.refreshStory(map);
  };

  /** Make one layer, and its part of the key; `layers` has a function for each kind. */
  mm.layer = function (map, { kind, name, legend }, data) {
    const layer = mm.layers[kind](map, data);
    layer.mmName = name;
    if (legend) mm.of(map).keys.push({ layer, legend });
    return layer;
  };
})(mineralmap);
