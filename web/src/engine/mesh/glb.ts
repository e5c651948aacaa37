/** Reads a binary glTF 2.0 file: its triangles, where its nodes put them, with their colours and textures. */

export interface Part {
  points: Float32Array;
  normals: Float32Array | null;
  places: Float32Array | null;
  corners: Uint32Array;
  /** Column by column, as WebGL takes it. */
  matrix: Float32Array;
  colour: readonly [number, number, number];
  picture: Blob | null;
  /** Seen from both sides. */
  thin: boolean;
}

interface Node {
  mesh?: number;
  children?: number[];
  matrix?: number[];
  translation?: number[];
  rotation?: number[];
  scale?: number[];
}

interface Accessor {
  bufferView: number;
  byteOffset?: number;
  componentType: number;
  count: number;
  normalized?: boolean;
}

interface View {
  byteOffset?: number;
  byteLength: number;
  byteStride?: number;
}

interface Document {
  scene?: number;
  scenes?: { nodes?: number[] }[];
  nodes?: Node[];
  meshes?: { primitives: { attributes: Record<string, number>; indices?: number; material?: number; mode?: number }[] }[];
  accessors?: Accessor[];
  bufferViews?: View[];
  materials?: { doubleSided?: boolean; pbrMetallicRoughness?: { baseColorFactor?: number[]; baseColorTexture?: { index: number } } }[];
  textures?: { source?: number }[];
  images?: { bufferView?: number; mimeType?: string }[];
}

const MAGIC = 0x46546c67;
const MOST_NODES = 10_000;
const UNIT: readonly number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const ARRAYS = { 5120: Int8Array, 5121: Uint8Array, 5122: Int16Array, 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array } as const;
/** What stands for 1 where shares are whole numbers. */
const WHOLE: Record<number, number> = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535 };

export function readGlb(data: ArrayBuffer): Part[] {
  const head = new DataView(data);
  if (data.byteLength < 28 || head.getUint32(0, true) !== MAGIC) throw new Error("no binary glTF");
  const size = head.getUint32(12, true);
  const document = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 20, size))) as Document;
  const binary = 28 + size;

  const numbers = (index: number, wide: number): { values: Float32Array | Uint32Array; count: number } => {
    const accessor = document.accessors![index]!;
    const view = document.bufferViews![accessor.bufferView]!;
    const Kind = ARRAYS[accessor.componentType as keyof typeof ARRAYS];
    const one = Kind.BYTES_PER_ELEMENT;
    const step = view.byteStride ?? one * wide;
    const start = binary + (view.byteOffset ?? 0) + (accessor.byteOffset ?? 0);
    const whole = accessor.normalized ? (WHOLE[accessor.componentType] ?? 1) : 1;
    const values = wide === 1 ? new Uint32Array(accessor.count) : new Float32Array(accessor.count * wide);
    // A copy row by row: rows may lie between others, and need not lie where an array may begin.
    for (let row = 0; row < accessor.count; row++) {
      const from = start + row * step;
      const read = new Kind(data.slice(from, from + one * wide));
      for (let column = 0; column < wide; column++) values[row * wide + column] = read[column]! / whole;
    }
    return { values, count: accessor.count };
  };

  const parts: Part[] = [];
  for (const [mesh, matrix] of placed(document)) {
    for (const primitive of document.meshes?.[mesh]?.primitives ?? []) {
      const { POSITION, NORMAL, TEXCOORD_0 } = primitive.attributes;
      if ((primitive.mode ?? 4) !== 4 || POSITION === undefined) continue;
      const points = numbers(POSITION, 3);
      const material = primitive.material === undefined ? undefined : document.materials?.[primitive.material];
      const look = material?.pbrMetallicRoughness;
      const source = look?.baseColorTexture === undefined ? undefined : document.textures?.[look.baseColorTexture.index]?.source;
      const image = source === undefined ? undefined : document.images?.[source];
      const view = image?.bufferView === undefined ? undefined : document.bufferViews?.[image.bufferView];
      const [red = 1, green = 1, blue = 1] = look?.baseColorFactor ?? [];
      parts.push({
        points: points.values as Float32Array,
        normals: NORMAL === undefined ? null : (numbers(NORMAL, 3).values as Float32Array),
        places: TEXCOORD_0 === undefined ? null : (numbers(TEXCOORD_0, 2).values as Float32Array),
        corners: primitive.indices === undefined ? Uint32Array.from({ length: points.count }, (_, index) => index) : (numbers(primitive.indices, 1).values as Uint32Array),
        matrix,
        colour: [red, green, blue],
        picture: view ? new Blob([data.slice(binary + (view.byteOffset ?? 0), binary + (view.byteOffset ?? 0) + view.byteLength)], { type: image?.mimeType ?? "" }) : null,
        thin: material?.doubleSided === true,
      });
    }
  }
  return parts;
}

/** Each mesh by its number, with the matrix of each node that shows it. */
function placed(document: Document): [number, Float32Array][] {
  const nodes = document.nodes ?? [];
  const scene = document.scenes?.[document.scene ?? 0];
  const waiting: [number, readonly number[]][] = (scene?.nodes ?? (document.scenes ? [] : nodes.map((_, index) => index))).map((index) => [index, UNIT]);
  const found: [number, Float32Array][] = [];
  for (let seen = 0; waiting.length > 0 && seen < MOST_NODES; seen++) {
    const [index, above] = waiting.pop()!;
    const node = nodes[index];
    if (!node) continue;
    const matrix = product(above, matrixOf(node));
    if (node.mesh !== undefined) found.push([node.mesh, new Float32Array(matrix)]);
    for (const child of node.children ?? []) waiting.push([child, matrix]);
  }
  return found.length > 0 ? found : (document.meshes ?? []).map((_, index) => [index, new Float32Array(UNIT)]);
}

function matrixOf({ matrix, translation = [0, 0, 0], rotation = [0, 0, 0, 1], scale = [1, 1, 1] }: Node): readonly number[] {
  if (matrix) return matrix;
  const [x = 0, y = 0, z = 0, w = 1] = rotation;
  const [a = 1, b = 1, c = 1] = scale;
  const [right = 0, up = 0, near = 0] = translation;
  return [
    ...[a * (1 - 2 * (y * y + z * z)), a * 2 * (x * y + z * w), a * 2 * (x * z - y * w), 0],
    ...[b * 2 * (x * y - z * w), b * (1 - 2 * (x * x + z * z)), b * 2 * (y * z + x * w), 0],
    ...[c * 2 * (x * z + y * w), c * 2 * (y * z - x * w), c * (1 - 2 * (x * x + y * y)), 0],
    ...[right, up, near, 1],
  ];
}

/** Of two matrices that stand column by column. */
export function product(one: ArrayLike<number>, other: ArrayLike<number>): number[] {
  const made: number[] = [];
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += one[k * 4 + row]! * other[column * 4 + k]!;
      made.push(sum);
    }
  return made;
}

/** The box around all of them, where they stand: its corners. */
export function bounds(parts: readonly Part[]): { low: [number, number, number]; high: [number, number, number] } {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const { points, matrix } of parts)
    for (let at = 0; at < points.length; at += 3)
      for (let axis = 0; axis < 3; axis++) {
        const value = matrix[axis]! * points[at]! + matrix[4 + axis]! * points[at + 1]! + matrix[8 + axis]! * points[at + 2]! + matrix[12 + axis]!;
        low[axis] = Math.min(low[axis]!, value);
        high[axis] = Math.max(high[axis]!, value);
      }
  return { low, high };
}
