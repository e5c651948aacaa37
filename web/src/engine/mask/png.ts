/** 8-bit greyscale PNG, written and read in bands of rows: exact, and as large as memory allows. ISO/IEC 15948. */

import type { Bytes, Plane } from "./plane";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** Bytes of rows that are handed to the compressor at once. */
const BAND = 1 << 20;
const UP = 2;

export async function encoded({ width, height, data }: Plane): Promise<Blob> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 0, 0, 0, 0], 8);
  const parts: Bytes[] = [new Uint8Array(SIGNATURE), chunk("IHDR", header)];
  const deflate = new CompressionStream("deflate");
  const feeding = feed(deflate.writable.getWriter(), { width, height, data });
  const reader = deflate.readable.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) parts.push(chunk("IDAT", piece.value));
  await feeding;
  parts.push(chunk("IEND", new Uint8Array(0)));
  return new Blob(parts, { type: "image/png" });
}

/** Each row as its difference from the one above: most rows of a mask are nothing but noughts then. */
async function feed(writer: WritableStreamDefaultWriter<BufferSource>, { width, height, data }: Plane): Promise<void> {
  const rows = Math.max(1, Math.floor(BAND / (width + 1)));
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    const band = new Uint8Array(count * (width + 1));
    for (let row = 0; row < count; row++) {
      let out = row * (width + 1);
      band[out++] = UP;
      const from = (top + row) * width;
      if (top + row === 0) band.set(data.subarray(0, width), out);
      else for (let at = from; at < from + width; at++) band[out++] = data[at]! - data[at - width]!;
    }
    await writer.write(band);
  }
  await writer.close();
}

/** The plane in an 8-bit greyscale PNG without alpha; null if the file is anything else, or broken. */
export async function decoded(blob: Blob): Promise<Plane | null> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) return null;
  const view = new DataView(bytes.buffer);
  const packed: Bytes[] = [];
  let size: { width: number; height: number } | null = null;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      const plain = body[8] === 8 && body[9] === 0 && body[12] === 0;
      if (!plain) return null;
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    } else if (type === "tRNS" || type === "gAMA" || type === "iCCP") return null;
    else if (type === "IDAT") packed.push(body);
    else if (type === "IEND") break;
    at += length + 12;
  }
  if (size === null || size.width === 0 || size.height === 0) return null;
  try {
    const stream = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate"));
    return { ...size, data: await unfiltered(stream.getReader(), size.width, size.height) };
  } catch {
    return null;
  }
}

async function unfiltered(reader: ReadableStreamDefaultReader<Uint8Array>, width: number, height: number): Promise<Bytes> {
  const data = new Uint8Array(width * height);
  const line = new Uint8Array(width + 1);
  let filled = 0;
  let row = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (let at = 0; at < piece.value.length && row < height; ) {
      const take = Math.min(line.length - filled, piece.value.length - at);
      line.set(piece.value.subarray(at, at + take), filled);
      filled += take;
      at += take;
      if (filled < line.length) break;
      unfilter(line, data, row++, width);
      filled = 0;
    }
  }
  if (row < height) throw new Error("The file ends too early.");
  return data;
}

function unfilter(line: Bytes, data: Bytes, row: number, width: number): void {
  const start = row * width;
  const filter = line[0];
  for (let x = 0; x < width; x++) {
    const left = x > 0 ? data[start + x - 1]! : 0;
    const above = row > 0 ? data[start - width + x]! : 0;
    const corner = x > 0 && row > 0 ? data[start - width + x - 1]! : 0;
    let guess = 0;
    if (filter === 1) guess = left;
    else if (filter === 2) guess = above;
    else if (filter === 3) guess = (left + above) >> 1;
    else if (filter === 4) guess = paeth(left, above, corner);
    data[start + x] = line[x + 1]! + guess;
  }
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const a = Math.abs(guess - left);
  const b = Math.abs(guess - above);
  const c = Math.abs(guess - corner);
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function chunk(type: string, body: Bytes): Bytes {
  const out = new Uint8Array(body.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  for (let index = 0; index < 4; index++) out[4 + index] = type.charCodeAt(index);
  out.set(body, 8);
  let crc = 0xffffffff;
  for (let at = 4; at < out.length - 4; at++) crc = CRC[(crc ^ out[at]!) & 255]! ^ (crc >>> 8);
  view.setUint32(out.length - 4, (crc ^ 0xffffffff) >>> 0);
  return out;
}
