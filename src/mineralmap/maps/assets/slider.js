// @ts-check
/* The time bar: a histogram of events per month, the day in words, play, and a way back to now. */
"use strict";
(function (mm) {
  const { h, svg, button } = mm;
  const DAY = 864e5;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  /** The bars of the months, and a function that marks those up to a day. */
  function histogram(months, first, span, most) {
    const frame = { viewBox: "0 0 " + span + " 100", preserveAspectRatio: "none", "aria-hidden": "true" };
    const box = svg("svg", { class: "mm-bars", ...frame });
    for (const [month, number] of months) {
      const height = Math.max(6, (100 * number) / most);
      box.append(svg("rect", { x: month - first, y: 100 - height, width: 27, height }));
    }
    const mark = (day) =>
      months.forEach(([month], at) => box.children[at].setAttribute("class", month <= day ? "mm-past" : ""));
    return { box, mark };
  }

  function yearScale(first, last) {
    const box = h("div", { class: "mm-years", "aria-hidden": "true" });
    const end = new Date(last * DAY).getUTCFullYear();
    for (let year = new Date(first * DAY).getUTCFullYear() + 1; year <= end; year++) {
      const left = (mm.dayOf(year + "-01-01") - first) / (last - first);
      const look = { style: "left:" + (100 * left).toFixed(2) + "%", class: year % 5 ? "mm-odd" : "" };
      if (left < 0.97) box.append(h("span", look, String(year)));
    }
    return box;
  }

  mm.slider = function (map) {
    const state = mm.of(map),
      { store } = state,
      { last } = store,
      container = map.getContainer();
    if (!(last > store.first)) return;
    const months = mm.months(store),
      first = store.first - 1;
    const days = [...new Set(store.events.map((event) => event.day))].sort((a, b) => a - b);
    const most = Math.max(1, ...months.map(([, number]) => number));
    const bars = histogram(months, first, last - first, most);
    const words = h("output", { class: "mm-day", "aria-live": "polite" });
    const limits = { min: mm.isoDay(first), max: mm.isoDay(last) };
    const exact = h("input", { type: "date", "aria-label": "Day", ...limits });
    const named = { "aria-label": "Show the map as known on this day" };
    const range = h("input", { type: "range", min: first, max: last, step: 1, ...named });

    let timer = 0,
      waiting = 0;
    const say = () => {
      const { day } = state.view;
      range.value = day;
      exact.value = mm.isoDay(day);
      words.textContent =
        day >= last && store.whole ? "Now: all to " + store.newest : "As of " + mm.dayWords(day);
      range.setAttribute("aria-valuetext", words.textContent);
      now.disabled = day >= last;
      bars.mark(day);
    };
    const set = (day) => {
      const next = Math.min(last, Math.max(first, Math.round(day)));
      if (Number.isFinite(next) && next !== state.view.day) mm.show(map, { day: next });
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = "▶ Play";
      words.setAttribute("aria-live", "polite");
    };
    /** Go to the last day of the next month in which something happens. */
    const onward = () => {
      const date = new Date((days.find((day) => day > state.view.day) ?? last) * DAY);
      set(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0) / DAY);
      if (state.view.day >= last) stop();
    };
    const play = button("", () => {
      if (timer) return stop();
      if (state.view.day >= last) set(first);
      play.textContent = "❚❚ Pause";
      words.setAttribute("aria-live", "off");
      timer = setInterval(onward, calm.matches ? 1200 : 250);
    });
    const back = () => {
      stop();
      set(last);
      range.focus();
    };
    const now = button("Now", back, { title: "Back to everything in the tables" });
    range.addEventListener("input", () => {
      if (timer) stop();
      // One redraw per frame, however fast the hand is.
      waiting ||= requestAnimationFrame(() => {
        waiting = 0;
        set(Number(range.value));
      });
    });
    range.addEventListener("keydown", (event) => {
      if (event.key !== "PageUp" && event.key !== "PageDown") return;
      event.preventDefault();
      const { day } = state.view;
      if (event.key === "PageUp") set(days.find((one) => one > day) ?? last);
      else set(days.filter((one) => one < day).pop() ?? first);
    });
    exact.addEventListener("change", () => {
      stop();
      set(mm.dayOf(exact.value));
    });

    const note = "Bars: " + store.nouns.event + "s per month, at most " + most;
    const row = [play, words, exact, now, h("span", { class: "mm-quiet mm-most" }, note)];
    const slide = h("div", { class: "mm-time-slide" }, bars.box, range, yearScale(first, last));
    const about = { class: "mm-time", "aria-label": "Time" };
    const box = h("section", about, h("div", { class: "mm-time-row" }, row), slide);
    container.append(box);
    container.classList.add("mm-timed");
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    // Leaflet would take the arrow keys for the map.
    box.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation());
    box.addEventListener("mousedown", (event) => event.stopPropagation());
    new ResizeObserver(() => container.style.setProperty("--mm-time", box.offsetHeight + "px")).observe(box);
    map.on("mineralmap:change", say);
    stop();
    say();
  };
})(mineralmap);
