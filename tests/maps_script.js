// Tests of the map's own scripts that need no map, run by test_maps_script.py in a page that has the
// scripts. Returns the list of what failed.
function mapScriptTests(mm, given) {
  const failed = [];
  const same = (what, got, expected) => {
    const [one, other] = [got, expected].map((value) => JSON.stringify(value));
    if (one !== other) failed.push(what + ": got " + one + ", expected " + other);
  };

  // Arcs and rings.
  const line = mm.unpackLine("EGFA", 1);
  same("a line", line, [
    [2, 3],
    [-1, 3],
  ]);
  const arcs = [
    [
      [0, 0],
      [0, 1],
    ],
    [
      [1, 1],
      [0, 1],
    ],
    [
      [1, 1],
      [0, 0],
    ],
  ];
  same("ring of arcs", mm.ring(arcs, [0, ~1, 2]).join(" "), "0,0 0,1 1,1 0,0");

  // Days.
  same("day in words", mm.dayWords(20299), "30 Jul 2025");
  same("before 1970", mm.dayWords(-1), "31 Dec 1969");
  same("day and back", mm.dayOf(mm.isoDay(20299)), 20299);
  for (let day = -400; day < 400; day++)
    same("day in words and back, " + day, mm.readDay(mm.dayWords(day)), day);
  const written = ["2025-07-30", "30 Jul 2025", " 30 July 2025 ", "30 jul. 2025", "30. JULY, 2025"];
  for (const text of written) same("read " + text, mm.readDay(text), 20299);
  same("September is short in two ways", mm.readDay("4 Sept 2025"), mm.dayOf("2025-09-04"));
  const noDay = ["", "July 2025", "2025", "2025-7-30", "30 Foo 2025", "30/07/2025", "30 Jul 25", "soon"];
  for (const text of [...noDay, "2025-13-01", "2025-02-31", "31 Feb 2025", "99 Jul 2025", "0 Jul 2025"])
    same("no day: " + text, Number.isNaN(mm.readDay(text)), true);
  same("thousands", [7, 1234, 1234567].map(mm.grouped), ["7", "1,234", "1,234,567"]);

  // What is shown on a day.
  const version = (initiative, day, stage, event, place, states, partners) => ({
    ...{ initiative, day, stage, event, place, states, partners, highest: stage },
  });
  const event = (initiative, day) => ({
    ...{ initiative, day, precision: "day", title: "e" + day, scope: "rare_earth" },
  });
  const initiative = { summary: "all of it", scope: "rare_earth", level: "state-led", actors: [] };
  const columns = (rows) =>
    Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]));
  const store = mm.unpackPayload({
    initiatives: columns([
      { ...initiative, title: "Plant", type: "Plant or mine", segments: [0, 1], leaders: [2] },
      { ...initiative, title: "Law", type: "Law or scheme", segments: [], leaders: [3, 2] },
    ]),
    versions: columns([
      version(0, 10, "talks", 3, -1, "IN-KL", ""),
      version(0, 20, "mou", 2, 0, "IN-KL", "JPN"),
      version(0, 31, "suspended", 0, 0, "IN-KL IN-TN", "JPN"),
      version(1, 25, "in_force", 1, -1, "", "USA"),
    ]),
    events: columns([event(0, 31), event(1, 25), event(0, 20), event(0, 10)]),
    pages: {},
    places: [[9, 76, "Chavara", "site"]],
    focus: [],
    scopes: { rare_earth: { label: "Rare earths", main: true } },
    terms: ["Mining", "Magnets", "IREL", "Ministry of Mines"],
    spellings: [],
    stages: {
      suspended: { sign: "halted", rank: 0 },
      in_force: { sign: "beside", rank: 1 },
      talks: { sign: "talk", rank: 2 },
      mou: { sign: "paper", rank: 3 },
      operating: { sign: "running", rank: 4 },
    },
    runs: "operating",
  });
  const on = (day, filters = {}, focus = []) => mm.snapshot({ ...store, focus }, { day, filters });
  const titles = (...asked) => on(...asked).items.map((item) => item.title + " " + item.stage);
  same("nothing before the first step", titles(9), []);
  same("on the day of the step", titles(10), ["Plant talks"]);
  same("the day before the next", titles(19), ["Plant talks"]);
  same("both", titles(25), ["Plant mou", "Law in_force"]);
  same("suspended", titles(31), ["Plant suspended", "Law in_force"]);
  same("the steps of what is shown", [...on(31, { stage: "in_force" }).events], [1]);
  same("of some states only", titles(31, {}, ["IN-TN"]), ["Plant suspended"]);
  same("of some states only, on each day", titles(30, {}, ["IN-TN"]), []);

  // Filters: one value of each kind, and what it leaves on a day.
  const [plantOnly, lawOnly, both] = [["Plant"], ["Law"], ["Plant", "Law"]];
  const filtered = [
    ["none is chosen", 31, {}, both],
    ["an empty choice", 31, { stage: "", partner: "" }, both],
    ["state", 31, { state: "IN-TN" }, plantOnly],
    ["a state of later days", 30, { state: "IN-TN" }, []],
    ["partner", 31, { partner: "JPN" }, plantOnly],
    ["another partner", 31, { partner: "USA" }, lawOnly],
    ["a partner of later days", 19, { partner: "JPN" }, []],
    ["segment", 31, { segment: "Magnets" }, plantOnly],
    ["leader", 31, { leader: "Ministry of Mines" }, lawOnly],
    ["a leader of both", 31, { leader: "IREL" }, both],
    ["type", 31, { type: "Law or scheme" }, lawOnly],
    ["stage", 31, { stage: "suspended" }, plantOnly],
    ["a stage of earlier days", 31, { stage: "mou" }, []],
    ["the sign of a stage", 31, { stage: "halted" }, plantOnly],
    ["the sign of an earlier stage", 25, { stage: "paper" }, plantOnly],
    ["two kinds", 31, { leader: "IREL", stage: "in_force" }, lawOnly],
    ["two kinds that exclude each other", 31, { type: "Law or scheme", partner: "JPN" }, []],
    ["a value that nothing has", 31, { segment: "Recycling" }, []],
    ["a kind that there is not", 31, { colour: "red" }, []],
  ];
  for (const [what, day, filters, expected] of filtered)
    same(
      "filter by " + what,
      on(day, filters).items.map((item) => item.title),
      expected,
    );
  same("traits", mm.traits(store, store.initiatives[0], store.initiatives[0].versions[1]), {
    state: ["IN-KL"],
    partner: ["JPN"],
    segment: ["Mining", "Magnets"],
    leader: ["IREL"],
    type: ["Plant or mine"],
    stage: ["mou", "paper"],
  });
  const [plant] = on(25).items;
  same("steps known", plant.known, [2, 3]);
  same("since", [plant.since, plant.sinceDay], ["21 Jan 1970", 20]);
  same("the summary waits for the last step", plant.summary, "");
  same("the summary of the whole", on(31).items[0].summary, "all of it");
  same("place", plant.place, [9, 76, "Chavara", "site"]);
  same("no place yet", on(10).items[0].place, null);
  same("months", mm.months(store).join(" "), "0,3 31,1");
  const entries = [
    [0, "a"],
    [10, "b"],
  ];
  same("title of a day", mm.holdsOn(entries, 9), "a");
  same("title from its day", mm.holdsOn(entries, 10), "b");
  same("title before the first day", mm.holdsOn(entries, -5), "a");

  // Order of lists: the higher stage first, what nobody has confirmed for two years after the rest.
  const listed = (stage, title, unconfirmed = false) => ({ stage, title, unconfirmed });
  const list = [
    listed("suspended", "a"),
    listed("operating", "b", true),
    listed("mou", "d"),
    listed("operating", "c"),
    listed("mou", "a"),
    listed("operating", "a", true),
  ];
  same(
    "by stage",
    list.sort(mm.byStage(store)).map((item) => item.stage + " " + item.title),
    ["operating c", "operating a", "operating b", "mou a", "mou d", "suspended a"],
  );
  const runs = (lapses) =>
    mm.unpackPayload({
      ...store,
      initiatives: columns([{ ...initiative, title: "Mine", type: "", segments: [], leaders: [] }]),
      versions: columns([{ ...version(0, 10, "operating", 0, -1, "", ""), lapses }]),
      events: columns([event(0, 10)]),
      pages: {},
    });
  const unconfirmed = (lapses, day) => mm.snapshot(runs(lapses), { day, filters: {} }).items[0].unconfirmed;
  same(
    "confirmed",
    [10, 500, 739].map((day) => unconfirmed(740, day)),
    [false, false, false],
  );
  same("unconfirmed from that day on", unconfirmed(740, 740), true);
  same("never confirmed", unconfirmed(-1, 10000), true);

  // Points, as Python packs them: each within five metres of where it was. The first column is the row.
  const points = mm.decodePoints(given.layer.points),
    [rows, ...others] = given.layer.columns;
  const rowOf = (point) => Number(mm.cellAt(rows, point).replace(/,/g, ""));
  let worst = 0;
  for (let point = 0; point < points.n; point++) {
    const row = rowOf(point),
      north = (points.lat[point] - given.lat[row]) * 111195,
      shrink = Math.cos((given.lat[row] * Math.PI) / 180);
    worst = Math.max(worst, Math.hypot(north, (points.lon[point] - given.lon[row]) * 111195 * shrink));
  }
  same("points", points.n, given.lat.length);
  if (!(worst <= 5)) failed.push("a point is " + worst + " m off");
  const inside = [];
  mm.pointsIn(points, given.box, (point) => inside.push(rowOf(point)));
  same(
    "points in a box",
    inside.sort((a, b) => a - b),
    given.inside,
  );
  others.forEach((column, at) => {
    const texts = given.texts[at];
    for (let point = 0; point < points.n; point++) {
      const expected = texts[rowOf(point) % texts.length];
      if (mm.cellAt(column, point) !== expected)
        same("column " + column.name, mm.cellAt(column, point), expected);
    }
  });

  // Links are http(s) only.
  const hostile = ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//x", "", null];
  for (const url of [...hostile, "JaVaScRiPt:alert(1)"]) same("link " + url, mm.link(url, "t").nodeType, 3);
  same("an http link", mm.link("https://example.org/", "t").rel, "noopener noreferrer");
  return failed;
}
