/** What Python hands to the scripts, and what they keep. See maps/page.py, payload.py and layers.py. */

declare const mineralmapSettings: {
  alphabet: string;
  months: string[];
  ink: string;
  grey: string;
  paper: string;
  chosen: string;
  farZoom: number;
  nearZoom: number;
  india: number[][];
};
declare var mineralmap: Mineralmap;

/** A marker: parts "role path" joined by ";" on a ground of 16 by 16, and the colours of the roles. */
interface Look {
  marker: string;
  colour: string;
  ink: string;
  width?: number;
  hollow?: boolean;
  dashed?: boolean;
}
interface StageLook extends Look {
  label: string;
  sign: string;
  rank: number;
}
interface Halo {
  radius: number;
  rim: boolean;
  opacity: number;
}
/** Latitude, longitude, name, location accuracy, and the number of its name for the map; -1 without one. */
type Place = [number, number, string, string, number];

interface Version {
  initiative: number;
  day: number;
  stage: string;
  event: number;
  highest: string;
  lapses: number;
  confirmers: string;
  place: number;
  states: string[];
  partners: string[];
}
interface Initiative {
  id: string;
  title: string;
  summary: string;
  scope: string;
  level: string;
  type: string;
  group: string;
  segments: number[];
  leaders: number[];
  actors: number[];
  versions: Version[];
  events: number[];
}
interface Step {
  initiative: number;
  day: number;
  precision: string;
  title: string;
  stage: string;
  scope: string;
  confidence: string;
  witnesses: number;
  party: string;
  conflicts: number;
  pages: number[];
  roles: string;
}
/** What `build_payload` of payload.py writes, unpacked. */
interface Payload {
  initiatives: Initiative[];
  events: Step[];
  pages: { url: string; publisher: string; published: string }[];
  places: Place[];
  names: Record<string, string>;
  focus: string[];
  first: number;
  last: number;
  whole: boolean;
  newest: string;
  gap: string;
  terms: string[];
  spellings: string[][];
  named: string[];
  landmarks: [number, string][];
  cite: string;
  signs: Record<string, Look & { label: string }>;
  stages: Record<string, StageLook>;
  scopes: Record<string, { label: string; main: boolean }>;
  accuracy: Record<string, { label: string; halo: Halo | null }>;
  nouns: { initiative: string; event: string };
  groups: Record<string, [string, string]>;
  runs: string;
  roles: string[];
}
/** One initiative as known on a day. */
interface Item {
  number: number;
  title: string;
  summary: string;
  scope: string;
  level: string;
  type: string;
  group: string;
  lapses: number;
  confirmers: string;
  unconfirmed: boolean;
  main: boolean;
  stage: string;
  since: string;
  sinceDay: number;
  highest: string;
  /** Null where none is known. */
  place: any;
  states: string[];
  partners: string[];
  known: number[];
}
interface View {
  day: number;
  filters: Record<string, string>;
}
interface Snapshot {
  day: number;
  items: Item[];
  events: Set<number>;
}

/** What opens beside the map: its content, and where it is marked. */
interface Story {
  id?: string;
  content: () => any[] | null | undefined;
  place?: () => any;
  codes?: () => string[];
  cite?: (() => any) | null;
}
interface TableRows {
  caption: () => string;
  head: string[];
  rows: () => any[][];
  layer?: any;
  total?: number;
  sorted?: { at: number; down: boolean };
}
interface LegendRow {
  key: any;
  words: string;
  when: string;
}
interface Found {
  what: string;
  text: string;
  story: Story;
  place?: any;
  zoom?: number;
  bounds?: () => any;
}
interface Listed {
  title: () => string;
  rows: () => { sign?: any; words: any[]; story: Story }[];
  layer?: any;
  open?: boolean;
}
interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  named?: boolean;
}
/** What we keep for one map. */
interface MapState {
  store: Payload;
  view: View;
  now: Snapshot;
  keys: { layer: any; legend: { title: string; rows: LegendRow[]; note: string } }[];
  finds: Found[];
  lists: Listed[];
  tables: TableRows[] & { refresh?: () => void };
  features: { layer: any; features: () => any[] }[];
  names: { layer: any; names: () => any[] }[];
  hits: Set<number> | null;
  open: any;
  pinBoxes: () => Box[];
  outlineOf: (code: string) => any[];
  ring: any;
  parts: any;
  storyParts: any;
  placing?: () => void;
  home?: { go: () => void; holds: () => boolean; size: any };
}

interface Mineralmap {
  layers: Record<string, (map: any, data: any) => any>;
  of(map: any): MapState;
  [name: string]: any;
}
