/** Rows that were pasted: one prompt a line, or cells under the names of their columns. */

export type Row = Record<string, string> | string;

const MARKS = ["\t", ";", ","] as const;

/** A first line in which a mark parts short names is the line of the columns; without one each line is a prompt. */
export function rowsOf(text: string): Row[] {
  const first = text.slice(0, text.search(/\n|$/));
  const mark = MARKS.find((one) => first.includes(one) && first.split(one).every((name) => /^\s*"?[^"\n]{1,40}"?\s*$/.test(name)));
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (mark === undefined || lines.length < 2) return lines.map((line) => line.trim());
  const [names, ...rest] = records(text, mark);
  return rest
    .filter((cells) => cells.some((cell) => cell.trim() !== ""))
    .map((cells) => Object.fromEntries((names ?? []).map((name, place) => [name.trim(), cells[place] ?? ""] as const).filter(([name]) => name !== "")));
}

/** Cells may stand in quotation marks, with marks and breaks of line in them. */
function records(text: string, mark: string): string[][] {
  const found: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let place = 0; place <= text.length; place++) {
    const sign = text[place];
    if (quoted && sign !== undefined) {
      if (sign === '"' && text[place + 1] === '"') {
        cell += sign;
        place++;
      } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === mark) {
      cells.push(cell);
      cell = "";
    } else if (sign === "\n" || sign === undefined) {
      found.push([...cells, cell.replace(/\r$/, "")]);
      cells = [];
      cell = "";
    } else cell += sign;
  }
  return found;
}

export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => (typeof row === "string" ? ["prompt"] : Object.keys(row))))];
}
