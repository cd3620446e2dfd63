// @ts-check
/* What the map shows on a day, under the reader's filters. Nothing here touches the page. */
"use strict";
(function (mm) {
  /** Return the last entry that holds on a day, or nothing; `dayOf` reads the first day of an entry. */
  const lastBy = (entries, day, dayOf) => entries.filter((entry) => dayOf(entry) <= day).pop();

  /** Return one initiative as known on a day, or null where nothing of it is known by then.
      @param {Payload} store @returns {Item | null} */
  function itemOn(store, number, day) {
    const item = store.initiatives[number],
      version = lastBy(item.versions, day, (one) => one.day);
    if (!version) return null;
    const known = item.events.filter((one) => store.events[one].day <= day);
    return {
      ...version,
      ...{ number, known, title: item.title, scope: item.scope, level: item.level },
      ...{ type: item.type, group: item.group },
      unconfirmed: version.stage === store.runs && day >= version.lapses,
      main: store.scopes[item.scope].main,
      since: mm.stepWords(store.events[version.event]),
      sinceDay: store.events[version.event].day,
      // The summary is of all events: it is not for a reader of the past.
      summary: known.length === item.events.length ? item.summary : "",
      place: store.places[version.place] || null,
    };
  }

  /** Return the values of a version of an initiative, for each kind of filter. */
  mm.traits = function (store, initiative, version) {
    const named = (numbers) => numbers.map((number) => store.terms[number]);
    return {
      state: version.states,
      partner: version.partners,
      segment: named(initiative.segments),
      leader: named(initiative.leaders),
      type: [initiative.type],
      stage: [version.stage, store.stages[version.stage].sign],
    };
  };

  /** Return what is shown: `view` has a day and, for each kind of filter, the value chosen.
      @param {Payload} store @param {View} view @returns {Snapshot} */
  mm.snapshot = function (store, view) {
    const wanted = Object.entries(view.filters).filter(([, value]) => value);
    const shown = (item) => {
      if (!item) return false;
      if (store.focus.length && !item.states.some((code) => store.focus.includes(code))) return false;
      if (!wanted.length) return true;
      const traits = mm.traits(store, store.initiatives[item.number], item);
      return wanted.every(([kind, value]) => traits[kind] && traits[kind].includes(value));
    };
    const every = store.initiatives.map((_, number) => itemOn(store, number, view.day));
    const items = /** @type {Item[]} */ (every.filter(shown));
    return { day: view.day, items, events: new Set(items.flatMap((item) => item.known)) };
  };

  /** Return [[first day of the month, number of rare-earth events], ...], months without any left out. */
  mm.months = function (store) {
    const months = new Map();
    for (const event of store.events) {
      if (!store.scopes[event.scope].main) continue;
      const month = mm.dayOf(mm.isoDay(event.day).slice(0, 8) + "01");
      months.set(month, (months.get(month) || 0) + 1);
    }
    return [...months].sort((a, b) => a[0] - b[0]);
  };

  /** Return the last value of [[day, value], ...] that holds on a day; the first one holds before, too. */
  mm.holdsOn = (entries, day) => (lastBy(entries, day, (entry) => entry[0]) || entries[0])[1];

  /** Order for lists: the highest stage first, what is confirmed before what is not, then by title. */
  mm.byStage = (store) => (a, b) =>
    store.stages[b.stage].rank - store.stages[a.stage].rank ||
    Number(a.unconfirmed) - Number(b.unconfirmed) ||
    (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
})(mineralmap);
