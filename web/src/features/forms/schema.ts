/**
 * From an offer's JSON Schema, as pydantic writes it, to the fields of a form. Pure: what is drawn how stands in
 * `widgets.tsx`.
 */

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  not?: Schema;
  discriminator?: { propertyName: string; mapping?: Record<string, string> };
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  title?: string;
  description?: string;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  examples?: unknown[];
  "x-ui"?: Hint;
}

export interface Option {
  value: unknown;
  title: string;
  picture?: string;
  /** Of a typeface, the name that its designer gave it. */
  family?: string;
}

export interface Hint {
  widget?: string;
  group?: string;
  order?: number;
  advanced?: boolean;
  unit?: string;
  step?: number;
  options?: Option[];
  visible_if?: Record<string, unknown>;
  /** How a mask is painted: "trimap" has strokes that keep and strokes that remove. */
  mode?: string;
}

export interface Field {
  name: string;
  title: string;
  description: string | undefined;
  /** With references and optional wrappers resolved. */
  schema: Schema;
  nullable: boolean;
  required: boolean;
  hint: Hint;
  widget: string;
  initial: unknown;
}

export type Values = Record<string, unknown>;

/** `$ref`, a single `allOf` and `X | None` are ways of writing X. */
export function resolve(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  let nullable = false;
  let found = schema;
  for (let depth = 0; depth < 10; depth++) {
    if (found.$ref !== undefined) {
      const { $ref, ...outer } = found;
      found = { ...root.$defs?.[$ref.split("/").pop() ?? ""], ...outer };
    } else if (found.allOf?.length === 1) {
      const { allOf, ...outer } = found;
      found = { ...allOf[0], ...outer };
    } else if (found.anyOf?.some((one) => one.type === "null")) {
      nullable = true;
      const { anyOf, ...outer } = found;
      const rest = anyOf.filter((one) => one.type !== "null");
      found = rest.length === 1 ? { ...rest[0], ...outer } : { ...outer, oneOf: rest };
      // What was said outside of the wrapper wins, hints included.
      if (rest.length === 1 && rest[0]?.["x-ui"] && outer["x-ui"]) found["x-ui"] = { ...rest[0]["x-ui"], ...outer["x-ui"] };
    } else break;
  }
  return { schema: found, nullable };
}

/** The control for a field: the one that is hinted at, if we know it, else one that fits its type. */
export function widgetFor(schema: Schema, hint: Hint, known: ReadonlySet<string>): string {
  if (hint.widget !== undefined && known.has(hint.widget)) return hint.widget;
  if (schema.enum) return schema.enum.length <= 4 ? "segments" : "select";
  switch (schema.type) {
    case "boolean":
      return "switch";
    case "integer":
    case "number":
      return schema.minimum !== undefined && schema.maximum !== undefined && schema.maximum - schema.minimum <= 1000 ? "slider" : "number";
    case "array":
      return schema.items?.enum ? "chips" : "none";
    case "string":
      return "text";
    default:
      return "none";
  }
}

export function fieldsOf(root: Schema, known: ReadonlySet<string>): Field[] {
  const required = new Set(root.required);
  return Object.entries(root.properties ?? {})
    .map(([name, raw], index) => {
      const { schema, nullable } = resolve(raw, root);
      const hint = { ...resolve(raw, root).schema["x-ui"], ...raw["x-ui"] };
      const initial = schema.default !== undefined ? schema.default : nullable ? null : undefined;
      const field: Field = {
        name,
        title: raw.title ?? schema.title ?? humane(name),
        description: raw.description ?? schema.description,
        schema,
        nullable,
        required: required.has(name),
        hint,
        widget: widgetFor(schema, hint, known),
        initial,
      };
      return { field, index };
    })
    .filter(({ field }) => field.schema.const === undefined && field.widget !== "none")
    .sort((one, other) => (one.field.hint.order ?? 0) - (other.field.hint.order ?? 0) || one.index - other.index)
    .map(({ field }) => field);
}

/** Whether a field makes sense with these values: `{"image": "set"}`, or a value, or one of several. */
export function visible(field: Field, values: Values): boolean {
  return Object.entries(field.hint.visible_if ?? {}).every(([name, wanted]) => {
    const value = values[name];
    const set = value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
    if (wanted === "set") return set;
    if (wanted === "unset") return !set;
    return Array.isArray(wanted) ? wanted.includes(value) : value === wanted;
  });
}

/** The values that a form of these fields begins with. */
export function initialOf(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.filter((field) => field.initial !== undefined).map((field) => [field.name, field.initial]));
}

/** What another offer's form can keep of these values: fields that it has too, within its own limits. */
export function carried(values: Values, fields: readonly Field[]): Values {
  const kept: Values = initialOf(fields);
  for (const field of fields) {
    const value = values[field.name];
    if (value === undefined) continue;
    if (typeof value === "number") {
      const { minimum, maximum } = limits(field.schema);
      kept[field.name] = Math.min(maximum ?? Infinity, Math.max(minimum ?? -Infinity, value));
    } else if (field.schema.enum && !field.schema.enum.includes(value) && value !== null) continue;
    else if (field.hint.options && value !== null && typeof value === "string" && !field.hint.options.some((option) => option.value === value)) continue;
    else kept[field.name] = value;
  }
  return kept;
}

/** What is sent: nothing that is hidden, nothing that is empty. */
export function inputOf(fields: readonly Field[], values: Values): Values {
  const input: Values = {};
  for (const field of fields) {
    const value = values[field.name];
    if (!visible(field, values) || value === undefined || value === null) continue;
    if (value === "" && !field.required) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    input[field.name] = value;
  }
  return input;
}

/** What is still to be filled in: required fields, and the first way of those of which one has to be gone. */
export function lacking(root: Schema, fields: readonly Field[], values: Values): Field[] {
  const input = inputOf(fields, values);
  const empty = (field: Field) => visible(field, values) && (input[field.name] === undefined || input[field.name] === "");
  const lost = fields.filter((field) => field.required && empty(field));
  const ways = (root.anyOf ?? []).filter((way) => Object.entries(way.properties ?? {}).every(([name, wanted]) => holds(wanted, values[name])));
  const open = ways.map((way) => fields.filter((field) => way.required?.includes(field.name) && empty(field)));
  if (open.some((rest) => rest.length === 0)) return lost;
  const first = open[0] ?? fields.filter((field) => root.anyOf?.[0]?.required?.includes(field.name));
  return [...lost, ...first.filter((field) => !lost.includes(field))];
}

function holds(wanted: Schema, value: unknown): boolean {
  if (wanted.const !== undefined) return value === wanted.const;
  if (wanted.not !== undefined) return !holds(wanted.not, value);
  return wanted.exclusiveMinimum === undefined || (typeof value === "number" && value > wanted.exclusiveMinimum);
}

/** The inclusive limits of a number. */
export function limits(schema: Schema): { minimum: number | undefined; maximum: number | undefined } {
  const whole = schema.type === "integer" ? 1 : 0;
  return {
    minimum: schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + whole),
    maximum: schema.maximum ?? (schema.exclusiveMaximum === undefined ? undefined : schema.exclusiveMaximum - whole),
  };
}

export function stepOf(field: Field): number {
  if (field.hint.step !== undefined) return field.hint.step;
  if (field.schema.multipleOf !== undefined) return field.schema.multipleOf;
  if (field.schema.type === "integer") return 1;
  const { minimum = 0, maximum = 1 } = limits(field.schema);
  return maximum - minimum > 20 ? 0.5 : 0.01;
}

/** The choices of a field, with the titles that the server gives them. */
export function optionsOf(field: Field): Option[] {
  if (field.hint.options) return field.hint.options;
  return (field.schema.enum ?? field.schema.examples ?? []).map((value) => ({ value, title: humane(String(value)) }));
}

/** A plain value as text; anything else as nothing. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

export function humane(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
