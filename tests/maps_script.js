// Tests of the map's own scripts that need no page. Run by test_maps_script.py, under node where it
// is installed, else in Chromium. Returns the list of what failed.
function mapScriptTests(mm, given) {
  const failed = [];
  const same = (what, got, expected) => {
    if (JSON.stringify(got) !== JSON.stringify(expected))
      failed.push(what + ": got " + JSON.stringify(got) + ", expected " + JSON.stringify(expected));
  };

  // Packed lines, as Python packs them.
  for (const [text, steps, line] of given.lines)
    same(
      "line",
      mm.unpackLine(text, steps).map(([lat, lon]) => [Math.round(lat * steps), Math.round(lon * steps)]),
      line,
    );
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
  same("ring of arcs", mm.ring(arcs, [0, ~1, 2]), [
    [0, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ]);

  // Days.
  same("day in words", mm.dayWords(20299), "30 July 2025");
  same("before 1970", mm.dayWords(-1), "31 December 1969");
  same("day and back", mm.dayOf(mm.isoDay(20299)), 20299);

  // What is shown on a day.
  const event = (day, states, partners, scope) => ({
    day,
    states,
    partners,
    scope: scope || "rare_earth",
    date: "day " + day,
    title: "e" + day,
  });
  const store = {
    initiatives: [
      {
        title: "Plant",
        summary: "all of it",
        scope: "rare_earth",
        level: "state-led",
        events: [2, 1, 0],
        versions: [
          [10, "talks", 0, "talks", -1],
          [20, "mou", 1, "mou", 0],
          [31, "suspended", 2, "mou", 0],
        ],
      },
      {
        title: "Law",
        summary: "",
        scope: "rare_earth",
        level: "Union-led",
        events: [3],
        versions: [[25, "in_force", 3, "", -1]],
      },
    ],
    events: [
      event(10, ["IN-KL"], []),
      event(20, ["IN-KL"], ["JPN"]),
      event(31, ["IN-TN"], []),
      event(25, [], ["USA"]),
    ],
    places: [[9, 76, "Chavara", "site"]],
    focus: [],
  };
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
  same("steps known", plant.known, [1, 0]);
  same("since", plant.since, "day 20");
  same("the summary waits for the last step", plant.summary, "");
  same("the summary of the whole", mm.snapshot(store, { day: 31 }).items[0].summary, "all of it");
  same("place", plant.place, [9, 76, "Chavara", "site"]);
  same("no place yet", mm.snapshot(store, { day: 10 }).items[0].place, null);
  same("months", mm.months(store), [
    [0, 3],
    [31, 1],
  ]);
  same(
    "title of a day",
    mm.holdsOn(
      [
        [0, "a"],
        [10, "b"],
      ],
      9,
    ),
    "a",
  );
  same(
    "title from its day",
    mm.holdsOn(
      [
        [0, "a"],
        [10, "b"],
      ],
      10,
    ),
    "b",
  );

  // Points, as Python packs them: each within five metres of where it was.
  const points = mm.unpackPoints(given.points.packed);
  const order = given.points.order;
  let worst = 0;
  order.forEach((row, at) => {
    const north = (points.lat[at] - given.points.lat[row]) * 111195;
    const east =
      (points.lon[at] - given.points.lon[row]) * 111195 * Math.cos((given.points.lat[row] * Math.PI) / 180);
    worst = Math.max(worst, Math.hypot(north, east));
  });
  if (!(worst <= 5)) failed.push("a point is " + worst + " m off");
  const [west, south, east, north] = given.points.box,
    found = [];
  mm.pointsIn(points, west, south, east, north, (point) => found.push(order[point]));
  same(
    "points in a box",
    found.sort((a, b) => a - b),
    given.points.inside,
  );

  // Columns of the pop-ups.
  for (const [column, cells] of given.columns)
    same(
      "column " + column.name,
      cells.map((_, row) => mm.cellAt(column, row)),
      cells,
    );

  // Links are http(s) only.
  if (typeof document === "object") {
    for (const url of [
      "javascript:alert(1)",
      " javascript:alert(1)",
      "data:text/html,x",
      "JaVaScRiPt:alert(1)",
      "//x",
      "",
      null,
    ])
      same("link " + url, mm.link(url, "t").nodeType, 3);
    same("an http link", mm.link("https://example.org/", "t").rel, "noopener noreferrer");
  }
  return failed;
}
