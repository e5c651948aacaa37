import { describe, expect, it } from "vitest";
import { bounds, readGlb } from "./glb";

/** One triangle with its corners beside each other and normalised places, under a node that moves and one that scales. */
function file(): ArrayBuffer {
  const binary = new ArrayBuffer(64);
  new Float32Array(binary, 0, 9).set([0, 0, 0, 1, 0, 0, 0, 2, 0]);
  new Uint16Array(binary, 36, 3).set([0, 1, 2]);
  new Uint8Array(binary, 44, 12).set([0, 0, 9, 9, 255, 0, 9, 9, 0, 255, 9, 9]);
  const document = {
    asset: { version: "2.0" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ translation: [10, 0, 0], children: [1] }, { mesh: 0, scale: [3, 3, 3] }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 2 }, indices: 1, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [0.5, 0.25, 1, 1] } }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 3, type: "VEC3" },
      { bufferView: 1, componentType: 5123, count: 3, type: "SCALAR" },
      { bufferView: 2, componentType: 5121, count: 3, type: "VEC2", normalized: true },
    ],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 36 },
      { buffer: 0, byteOffset: 36, byteLength: 6 },
      { buffer: 0, byteOffset: 44, byteLength: 12, byteStride: 4 },
    ],
  };
  let text = JSON.stringify(document);
  text += " ".repeat((4 - (text.length % 4)) % 4);
  const whole = new ArrayBuffer(28 + text.length + 64);
  const head = new DataView(whole);
  [0x46546c67, 2, whole.byteLength, text.length, 0x4e4f534a].forEach((word, index) => head.setUint32(index * 4, word, true));
  new Uint8Array(whole, 20).set(new TextEncoder().encode(text));
  head.setUint32(20 + text.length, 64, true);
  head.setUint32(24 + text.length, 0x004e4942, true);
  new Uint8Array(whole, 28 + text.length).set(new Uint8Array(binary));
  return whole;
}

describe("a binary glTF file", () => {
  it("is read with its nodes, strides and whole numbers", () => {
    const [part] = readGlb(file());
    expect([...part!.corners]).toEqual([0, 1, 2]);
    expect([...part!.places!]).toEqual([0, 0, 1, 0, 0, 1]);
    expect(part!.colour).toEqual([0.5, 0.25, 1]);
    expect(part!.normals).toBeNull();
    expect(bounds([part!])).toEqual({ low: [10, 0, 0], high: [13, 6, 0] });
  });

  it("is refused when it is none", () => {
    expect(() => readGlb(new ArrayBuffer(40))).toThrow("no binary glTF");
  });
});
