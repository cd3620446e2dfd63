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
  same("day in words", mm.dayWords(20299), "30 July 2025");
  same("before 1970", mm.dayWords(-1), "31 December 1969");
  same("day and back", mm.dayOf(mm.isoDay(20299)), 20299);
  same("thousands", [7, 1234, 1234567].map(mm.grouped), ["7", "1,234", "1,234,567"]);

  // What is shown on a day.
  const version = (initiative, day, stage, event, place, states, partners) => ({
    ...{ initiative, day, stage, event, place, states, partners, highest: stage },
  });
  const event = (initiative, day) => ({
    ...{ initiative, day, date: "day " + day, title: "e" + day, scope: "rare_earth" },
  });
  const initiative = { summary: "all of it", scope: "rare_earth", level: "state-led" };
  const columns = (rows) =>
    Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]));
  const store = mm.unpackPayload({
    initiatives: columns([
      { ...initiative, title: "Plant" },
      { ...initiative, title: "Law" },
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
  });
  const titles = (view) => mm.snapshot(store, view).items.map((item) => item.title + " " + item.stage);
  same("nothing before the first step", titles({ day: 9 }), []);
  same("on the day of the step", titles({ day: 10 }), ["Plant talks"]);
  same("the day before the next", titles({ day: 19 }), ["Plant talks"]);
  same("both", titles({ day: 25 }), ["Plant mou", "Law in_force"]);
  same("suspended", titles({ day: 31 }), ["Plant suspended", "Law in_force"]);
  same("by stage", titles({ day: 31, stages: new Set(["in_force"]) }), ["Law in_force"]);
  same("no stage", titles({ day: 31, stages: new Set() }), []);
  same("by partner", titles({ day: 31, partner: "JPN" }), ["Plant suspended"]);
  same("a partner of later days", titles({ day: 19, partner: "JPN" }), []);
  same("by state", mm.snapshot({ ...store, focus: ["IN-TN"] }, { day: 30 }).items.length, 0);
  const [plant] = mm.snapshot(store, { day: 25 }).items;
  same("steps known", plant.known, [2, 3]);
  same("since", plant.since, "day 20");
  same("the summary waits for the last step", plant.summary, "");
  same("the summary of the whole", mm.snapshot(store, { day: 31 }).items[0].summary, "all of it");
  same("place", plant.place, [9, 76, "Chavara", "site"]);
  same("no place yet", mm.snapshot(store, { day: 10 }).items[0].place, null);
  same("months", mm.months(store).join(" "), "0,3 31,1");
  const entries = [
    [0, "a"],
    [10, "b"],
  ];
  same("title of a day", mm.holdsOn(entries, 9), "a");
  same("title from its day", mm.holdsOn(entries, 10), "b");
  same("title before the first day", mm.holdsOn(entries, -5), "a");

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
