/** What Python hands to the scripts, and what they keep. See maps/page.py, payload.py and layers.py. */

declare const mineralmapSettings: {
  alphabet: string;
  months: string[];
  ink: string;
  grey: string;
  paper: string;
  farZoom: number;
};
declare var mineralmap: Mineralmap;

/** A marker: parts "role path" joined by ";" on a ground of 16 by 16, and the colours of the roles. */
interface Look {
  marker: string;
  colour: string;
  ink: string;
  width?: number;
  hollow?: boolean;
}
interface StageLook extends Look {
  label: string;
  explanation: string;
  rank: number;
}
interface Halo {
  radius: number;
  rim: boolean;
  opacity: number;
}
/** Latitude, longitude, name, location accuracy. */
type Place = [number, number, string, string];

interface Version {
  initiative: number;
  day: number;
  stage: string;
  event: number;
  highest: string;
  confirmed: number;
  confirmers: string;
  place: number;
  states: string[];
  partners: string[];
}
interface Initiative {
  title: string;
  summary: string;
  scope: string;
  level: string;
  type: string;
  group: string;
  versions: Version[];
  events: number[];
}
interface Step {
  initiative: number;
  day: number;
  date: string;
  title: string;
  stage: string;
  scope: string;
  confidence: string;
  witnesses: number;
  party: boolean;
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
  stages: Record<string, StageLook>;
  scopes: Record<string, { label: string; main: boolean }>;
  accuracy: Record<string, { label: string; halo: Halo | null }>;
  nouns: { initiative: string; event: string };
  groups: Record<string, [string, string]>;
  runs: string;
  roles: string[];
  confirmedFor: number;
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
  confirmed: number;
  confirmers: string;
  unconfirmed: boolean;
  main: boolean;
  stage: string;
  since: string;
  highest: string;
  place: Place | null;
  states: string[];
  partners: string[];
  known: number[];
}
interface View {
  day: number;
  stages: Set<string> | null;
  partner: string;
}
interface Snapshot {
  day: number;
  items: Item[];
  events: Set<number>;
}

type Content = () => any[] | null;
interface TableRows {
  caption: () => string;
  head: string[];
  rows: () => any[][];
  layer?: any;
  total?: number;
}
/** What we keep for one map. */
interface MapState {
  store: Payload;
  view: View;
  now: Snapshot;
  scopes: { scope: string; layer: any }[];
  finds: { what: string; text: string; go: () => void }[];
  tables: TableRows[] & { refresh?: () => void };
  open: { popup: any; box: HTMLElement; content: Content; opener?: HTMLElement } | null;
}

interface Mineralmap {
  layers: Record<string, (map: any, data: any) => any>;
  of(map: any): MapState;
  [name: string]: any;
}
