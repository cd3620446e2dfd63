// @ts-check
/* The time bar: events per month, notes on what happened, the day in words, play, and a way back to now. */
"use strict";
(function (mm) {
  const { h, svg, button } = mm;
  const DAY = 864e5,
    STEPS = 1000;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  /** Where a day stands on the bar, from 0 to 1: the years since 2024 take half of it. */
  function scaleOf(first, last) {
    const middle = mm.dayOf("2024-01-01");
    if (middle <= first || middle >= last) {
      return { at: (day) => (day - first) / (last - first), day: (at) => first + at * (last - first) };
    }
    return {
      at: (day) =>
        day < middle
          ? (0.5 * (day - first)) / (middle - first)
          : 0.5 + (0.5 * (day - middle)) / (last - middle),
      day: (at) => (at < 0.5 ? first + 2 * at * (middle - first) : middle + (2 * at - 1) * (last - middle)),
    };
  }

  /** The bars of the months, and a function that marks those up to a day. */
  function histogram(months, scale, most) {
    const frame = { viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" };
    const box = svg("svg", { class: "mm-bars", ...frame });
    for (const [month, number] of months) {
      const height = Math.max(6, (100 * number) / most),
        x = 1000 * Math.max(0, scale.at(month)),
        width = Math.max(1.4, 1000 * scale.at(month + 27) - x);
      box.append(svg("rect", { x: x.toFixed(1), y: 100 - height, width: width.toFixed(1), height }));
    }
    const mark = (day) =>
      months.forEach(([month], at) => box.children[at].setAttribute("class", month <= day ? "mm-past" : ""));
    return { box, mark };
  }

  function yearScale(first, last, scale) {
    const box = h("div", { class: "mm-years", "aria-hidden": "true" });
    const end = new Date(last * DAY).getUTCFullYear();
    for (let year = new Date(first * DAY).getUTCFullYear() + 1; year <= end; year++) {
      // Between the years of a crowded half only every fifth is named.
      const crowded = scale.at(mm.dayOf(year + 1 + "-01-01")) - scale.at(mm.dayOf(year + "-01-01")) < 0.06;
      if (crowded && year % 5 && year !== end) continue;
      const left = (100 * scale.at(mm.dayOf(year + "-01-01"))).toFixed(2);
      box.append(h("span", { style: "left:" + left + "%" }, String(year)));
    }
    return box;
  }

  /** Notes on the bar: words beside each other, moved apart where they touch, and a tick each at its day. */
  function notes(landmarks, scale, go) {
    const box = h("div", { class: "mm-notes" });
    const made = [...landmarks]
      .sort((a, b) => a[0] - b[0])
      .map(([day, label]) => {
        const words = label + " " + mm.dayWords(day).split(" ").pop();
        const one = button(words, () => go(day), { title: label + ", " + mm.dayWords(day) });
        const at = scale.at(day);
        const tick = h("i", { style: "left:" + (100 * at).toFixed(2) + "%" });
        box.append(one, tick);
        return { one, tick, at };
      });
    const place = () => {
      const wide = box.clientWidth;
      made.forEach(({ one }) => (one.hidden = false));
      const widths = made.map(({ one }) => one.offsetWidth + 6);
      // Where there is no room for all, the oldest give way.
      let first = 0;
      while (widths.slice(first).reduce((sum, width) => sum + width, 0) > wide) first++;
      made.slice(0, first).forEach(({ one }) => (one.hidden = true));
      const left = made.map(({ at }, n) => Math.max(0, at * wide - widths[n] / 2));
      for (let n = first + 1; n < made.length; n++) left[n] = Math.max(left[n], left[n - 1] + widths[n - 1]);
      for (let n = made.length - 1; n >= first; n--) {
        left[n] = Math.min(left[n], (n + 1 < made.length ? left[n + 1] : wide) - widths[n]);
        made[n].one.style.left = left[n] + "px";
      }
      for (const [n, { one, tick, at }] of made.entries()) {
        // Words that had to move away from their tick would be read at another one.
        const away = Math.max(left[n] - at * wide, at * wide - left[n] - widths[n]);
        if (n < first || away > 24) one.hidden = true;
        tick.hidden = one.hidden;
      }
    };
    new ResizeObserver(place).observe(box);
    return box;
  }

  mm.slider = function (map) {
    const state = mm.of(map),
      { store } = state,
      { last } = store;
    if (!(last > store.first)) return;
    const months = mm.months(store),
      first = store.first - 1,
      scale = scaleOf(first, last);
    const main = store.events.filter((event) => store.scopes[event.scope].main);
    const days = [...new Set(main.map((event) => event.day))].sort((a, b) => a - b);
    const most = Math.max(1, ...months.map(([, number]) => number));
    const bars = histogram(months, scale, most);
    const words = h("output", { class: "mm-day", "aria-live": "polite" });
    const exact = h("input", { type: "text", class: "mm-exact", "aria-label": "Day", size: 11 });
    const named = { "aria-label": "Show the map as known on this day" };
    const range = h("input", { type: "range", min: 0, max: STEPS, step: 1, ...named });

    let timer = 0,
      waiting = 0;
    const say = () => {
      const { day } = state.view;
      range.value = Math.round(STEPS * scale.at(day));
      const whole = mm.isWhole(state);
      exact.value = whole ? store.newest : mm.dayWords(day);
      words.textContent = whole ? "Now: all to " + store.newest : "As of " + mm.dayWords(day);
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
    /** Go to the next day on which something happens. */
    const onward = () => {
      set(days.find((day) => day > state.view.day) ?? last);
      if (state.view.day >= last) stop();
    };
    const play = button("", () => {
      if (timer) return stop();
      if (state.view.day >= last) set(first);
      play.textContent = "❚❚ Pause";
      words.setAttribute("aria-live", "off");
      timer = setInterval(onward, calm.matches ? 1200 : 180);
    });
    const go = (day) => {
      stop();
      set(day);
    };
    const now = button("Now", () => (go(last), range.focus()), { title: "Back to everything in the tables" });
    range.addEventListener("input", () => {
      if (timer) stop();
      // One redraw per frame, however fast the hand is.
      waiting ||= requestAnimationFrame(() => {
        waiting = 0;
        const at = Number(range.value) / STEPS;
        set(at >= 1 ? last : scale.day(at));
      });
    });
    range.addEventListener("keydown", (event) => {
      const { day } = state.view;
      const to = {
        ArrowRight: day + 1,
        ArrowUp: day + 1,
        ArrowLeft: day - 1,
        ArrowDown: day - 1,
        PageUp: days.find((one) => one > day) ?? last,
        PageDown: days.filter((one) => one < day).pop() ?? first,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      go(to);
    });
    exact.addEventListener("change", () => {
      const day = mm.readDay(exact.value);
      if (Number.isFinite(day)) go(day);
      else say();
    });

    const about = "Bars: " + store.nouns.event + "s per month, at most " + most;
    const row = [play, words, exact, now, h("span", { class: "mm-quiet mm-most" }, about)];
    const slide = h("div", { class: "mm-time-slide" }, bars.box, range, yearScale(first, last, scale));
    const marks = store.landmarks.length ? notes(store.landmarks, scale, go) : null;
    const box = h(
      "section",
      { class: "mm-time", "aria-label": "Time" },
      h("div", { class: "mm-time-row" }, row),
      marks,
      slide,
    );
    state.parts.foot.append(box);
    map.on("mineralmap:change", say);
    stop();
    say();
  };
})(mineralmap);
