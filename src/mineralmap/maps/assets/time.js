/* What the map shows on a day, under the reader's filters. Nothing here touches the page. */
"use strict";
(function (mm) {
  /** Return the newest version of an initiative by a day: [day, stage, event, highest, place]. */
  function versionOn(item, day) {
    let found = null;
    for (const version of item.versions) if (version[0] <= day) found = version;
    return found;
  }

  const united = (lists) => [...new Set(lists.flat())];

  /** Return one initiative as known on a day, or null where nothing of it is known by then. */
  function itemOn(store, number, day) {
    const item = store.initiatives[number],
      version = versionOn(item, day);
    if (!version) return null;
    const [, stage, event, highest, place] = version;
    const known = item.events.filter((one) => store.events[one].day <= day);
    const whole = known.length === item.events.length;
    return {
      number,
      known,
      stage,
      highest,
      title: item.title,
      scope: item.scope,
      level: item.level,
      since: store.events[event].date,
      // The summary tells the whole thread: it is not for a reader of the past.
      summary: whole ? item.summary : "",
      place: place < 0 ? null : store.places[place],
      states: united(known.map((one) => store.events[one].states)),
      partners: united(known.map((one) => store.events[one].partners)),
    };
  }

  /** Return what is shown: `view` has a day and, if chosen, stages (a Set) and a partner's code. */
  mm.snapshot = function (store, view) {
    const items = [];
    for (let number = 0; number < store.initiatives.length; number++) {
      const item = itemOn(store, number, view.day);
      if (!item) continue;
      if (store.focus.length && !item.states.some((code) => store.focus.includes(code))) continue;
      if (view.stages && !view.stages.has(item.stage)) continue;
      if (view.partner && !item.partners.includes(view.partner)) continue;
      items.push(item);
    }
    return { day: view.day, items, events: new Set(items.flatMap((item) => item.known)) };
  };

  /** Return [[first day of the month, number of rare-earth events], ...], months without any left out. */
  mm.months = function (store) {
    const months = new Map();
    for (const event of store.events) {
      if (event.scope !== "rare_earth") continue;
      const month = mm.dayOf(mm.isoDay(event.day).slice(0, 8) + "01");
      months.set(month, (months.get(month) || 0) + 1);
    }
    return [...months].sort((a, b) => a[0] - b[0]);
  };

  /** Return the last entry of [[day, value], ...] that holds on a day. */
  mm.holdsOn = function (entries, day) {
    let found = entries[0];
    for (const entry of entries) if (entry[0] <= day) found = entry;
    return found[1];
  };

  /** Order for lists: the highest stage first, then by title. */
  mm.byStage = function (style) {
    const rank = (item) => style.order.indexOf(item.stage);
    return (a, b) => rank(b) - rank(a) || (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
  };
})(mineralmap);
