/* The time bar: a histogram of events a month, the day in words, play, and a way back to now. */
"use strict";
(function (mm) {
  const { h, svg, count } = mm;
  const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

  mm.slider = function (map) {
    const state = mm.of(map),
      store = state.store,
      container = map.getContainer();
    if (!(store.last > store.first)) return;
    const months = mm.months(store),
      first = store.first - 1,
      span = store.last - first;
    const days = [...new Set(store.events.map((event) => event.day))].sort((a, b) => a - b);
    const play = h("button", { type: "button" }),
      words = h("output", { class: "mm-day", "aria-live": "polite" });
    const now = h("button", { type: "button", title: "Back to everything in the tables" }, "Now");
    const exact = h("input", {
      type: "date",
      "aria-label": "Day",
      min: mm.isoDay(first),
      max: mm.isoDay(store.last),
    });
    const range = h("input", {
      type: "range",
      min: first,
      max: store.last,
      step: 1,
      "aria-label": "Show the map as known on this day",
    });
    const most = months.reduce((a, b) => (b[1] > a[1] ? b : a), [0, 1]);
    const bars = svg("svg", {
      class: "mm-bars",
      viewBox: "0 0 " + span + " 100",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    });
    const drawn = months.map(([month, number]) => {
      const tall = Math.max(6, (100 * number) / most[1]),
        bar = svg("rect", { x: month - first, y: 100 - tall, width: 27, height: tall });
      bars.append(bar);
      return [month, bar];
    });
    const years = h("div", { class: "mm-years", "aria-hidden": "true" });
    const begin = new Date(first * 864e5).getUTCFullYear() + 1,
      end = new Date(store.last * 864e5).getUTCFullYear();
    for (let year = begin; year <= end; year++) {
      const left = (mm.dayOf(year + "-01-01") - first) / span;
      if (left < 0.97)
        years.append(
          h(
            "span",
            { style: "left:" + (100 * left).toFixed(2) + "%", class: year % 5 ? "mm-odd" : "" },
            String(year),
          ),
        );
    }
    const box = h(
      "section",
      { class: "mm-time", "aria-label": "Time" },
      h(
        "div",
        { class: "mm-time-row" },
        play,
        words,
        exact,
        now,
        h("span", { class: "mm-quiet mm-most" }, "Bars: rare-earth events a month, at most " + most[1]),
      ),
      h("div", { class: "mm-time-slide" }, bars, range, years),
    );
    container.append(box);
    container.classList.add("mm-timed");
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    // Leaflet would take the arrow keys for the map.
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") event.stopPropagation();
    });
    box.addEventListener("mousedown", (event) => event.stopPropagation());

    let timer = 0,
      waiting = 0;
    const say = () => {
      const day = state.view.day,
        latest = day >= store.last;
      range.value = day;
      exact.value = mm.isoDay(day);
      words.textContent = latest && store.whole ? "Now: all to " + store.newest : "As of " + mm.dayWords(day);
      range.setAttribute("aria-valuetext", words.textContent);
      now.disabled = latest;
      for (const [month, bar] of drawn) bar.setAttribute("class", month <= day ? "mm-past" : "");
    };
    const set = (day) => {
      const next = Math.min(store.last, Math.max(first, Math.round(day)));
      if (Number.isFinite(next) && next !== state.view.day) mm.show(map, { day: next });
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = "▶ Play";
      words.setAttribute("aria-live", "polite");
    };
    /** The last day of the next month in which something happens. */
    const onward = () => {
      const after = days.find((day) => day > state.view.day);
      if (after === undefined) return store.last;
      const date = new Date(after * 864e5);
      return Math.round(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0) / 864e5);
    };
    play.addEventListener("click", () => {
      if (timer) return stop();
      if (state.view.day >= store.last) set(first);
      play.textContent = "❚❚ Pause";
      words.setAttribute("aria-live", "off");
      timer = setInterval(
        () => {
          set(onward());
          if (state.view.day >= store.last) stop();
        },
        STILL.matches ? 1200 : 250,
      );
    });
    now.addEventListener("click", () => {
      stop();
      set(store.last);
      range.focus();
    });
    range.addEventListener("input", () => {
      if (timer) stop();
      // One redraw a frame, however fast the hand is.
      if (!waiting)
        waiting = requestAnimationFrame(() => {
          waiting = 0;
          set(Number(range.value));
        });
    });
    range.addEventListener("keydown", (event) => {
      const jump = { PageUp: 1, PageDown: -1 }[event.key];
      if (!jump) return;
      event.preventDefault();
      const day = state.view.day,
        next = jump > 0 ? days.find((one) => one > day) : days.filter((one) => one < day).pop();
      set(next === undefined ? (jump > 0 ? store.last : first) : next);
    });
    exact.addEventListener("change", () => {
      stop();
      set(mm.dayOf(exact.value));
    });
    new ResizeObserver(() => container.style.setProperty("--mm-time", box.offsetHeight + "px")).observe(box);
    map.on("mineralmap:change", say);
    stop();
    say();
  };
})(mineralmap);
