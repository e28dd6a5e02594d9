// The messages between the page and Python, in one place. The other side is application/application.py,
// grid/table_widget.py, grid/wire_format.py, grid/column.py and workbench/document_pane.py.

declare module "*.css" {
  const text: string;
  export default text;
}

// -- what anywidget gives a view
interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: (...args: any[]) => void): void;
  off(event: string, callback?: (...args: any[]) => void): void;
  send(message: ToTable | ToApplication, callbacks?: unknown, buffers?: BufferSource[]): void;
  widget_manager: { get_model(id: string): Promise<Model> };
}

/** A model that knows whether the kernel is alive. */
interface Kernel {
  comm_live?: boolean;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

// -- the application
/** Page -> Python: an action of a part, such as "documents.fix". */
type ToApplication = { kind: "do"; action: string; name: string; arguments: object };

/** Python -> page: an action was received, and is being carried out. */
interface Began {
  kind: "began";
  reply_to: string;
}

/** Python -> page: the one reply to an action. */
interface Done {
  kind: "done";
  reply_to: string;
  result: any;
  error: string;
}

/** Python -> page: images of a document, in the order of the buffers of the message. */
interface Images {
  kind: "images";
  images: PageImage[];
}

type Region = [left: number, top: number, right: number, bottom: number]; // shares of the page, from 0 to 1

interface PageImage {
  pane: string;
  row: number;
  page: number;
  pages?: number;
  what: "page" | "part" | "title block";
  mime: string;
  width?: number;
  height?: number;
  region?: Region;
  score?: number;
  sharp?: boolean;
  fault?: string;
  url?: string; // made by the page
}

// -- the table
type Cell = [row: number, field: string, old: string, text: string];
type Entry = { text: string; code: string };

/** Page -> Python. */
type ToTable =
  | { kind: "sync"; seq: number; view: string }
  | { kind: "closed"; view: string }
  | { kind: "edit"; action: string; what: string; cells: Cell[]; more: boolean }
  | { kind: "undo" | "redo"; action: string }
  | { kind: "dates"; action: string; key: string; order: string }
  | { kind: "search"; action: string; list: string; text: string }
  | { kind: "layout"; layout: object[] };

/** Python -> page: cells that changed since `seq` - 1; marks are indexes into `mark_table`. */
interface Patch {
  kind: "patch";
  seq: number;
  values: Record<string, Record<string, any>>;
  marks: Record<string, Record<string, number>>;
  mark_table: (Mark | null)[];
  reply_to?: string | null;
  notice?: string;
  place?: [row: number, field: string] | null;
}

/** Python -> page: the result of a search in a long list of values. */
interface Results {
  kind: "results";
  reply_to: string;
  entries: Entry[];
}

interface Finding {
  severity: "error" | "warning" | "info";
  code?: string;
  message: string;
  fix?: string;
}

/** What is shown about a cell besides its value. */
interface Mark {
  findings?: Finding[];
  source?: string;
  confidence?: number;
  likelihood?: number;
  suggestion?: string;
  required?: boolean;
  note?: string;
  locked?: string;
}

/** A row of the table in the page. */
interface Row {
  id: number;
  values: Record<string, any>;
  marks: Record<string, Mark>;
  pending: Record<string, string>;
  searchText?: string;
}

/** A column as Python describes it. */
interface ColumnSpec {
  key: string;
  label: string;
  kind: string;
  editable?: boolean;
  pinned?: string;
  width?: number;
  flex?: number;
  format?: string;
  choices?: string;
  depends?: string;
  help?: string;
  locked?: string;
  tones?: Record<string, string>;
  steps?: string[];
}
