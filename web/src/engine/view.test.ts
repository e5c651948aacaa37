import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Camera, MOST, fitted, fitScale, panned, resized, seen, stepped, toImage, toScreen, zoom, zoomed } from "./view";

const size = fc.record({ width: fc.integer({ min: 1, max: 12000 }), height: fc.integer({ min: 1, max: 12000 }) });
const viewport = fc.record({ width: fc.integer({ min: 40, max: 3000 }), height: fc.integer({ min: 40, max: 2000 }) });
const place = fc.record({ x: fc.double({ min: -500, max: 3500, noNaN: true }), y: fc.double({ min: -500, max: 2500, noNaN: true }) });
const ratio = fc.constantFrom(1, 1.5, 2, 3);
const insets = { top: 8, right: 10, bottom: 60, left: 12 };

describe("a view", () => {
  it("leads from the screen to the image and back to the same point", () => {
    fc.assert(
      fc.property(size, viewport, place, fc.double({ min: 0.01, max: 80, noNaN: true }), ratio, (image, room, at, wanted, dense) => {
        const view = zoomed(fitted(image, room, insets, dense), wanted, at);
        const back = toScreen(view, toImage(view, at));
        expect(back.x).toBeCloseTo(at.x, 6);
        expect(back.y).toBeCloseTo(at.y, 6);
      }),
    );
  });

  it("shows the whole picture when it is fitted, in the middle of what the bars leave", () => {
    for (const image of [{ width: 1500, height: 500 }, { width: 5000, height: 100 }, { width: 100, height: 5000 }, { width: 6000, height: 4000 }]) {
      const view = fitted(image, { width: 1000, height: 700 }, insets);
      const from = toScreen(view, { x: 0, y: 0 });
      const to = toScreen(view, { x: image.width, y: image.height });
      expect(from.x).toBeGreaterThanOrEqual(insets.left - 1e-9);
      expect(from.y).toBeGreaterThanOrEqual(insets.top - 1e-9);
      expect(to.x).toBeLessThanOrEqual(1000 - insets.right + 1e-9);
      expect(to.y).toBeLessThanOrEqual(700 - insets.bottom + 1e-9);
      expect(from.x - insets.left).toBeCloseTo(1000 - insets.right - to.x, 6);
      expect(seen(view)).toEqual({ x: 0, y: 0, ...image });
    }
  });

  it("does not enlarge a single pixel without limit", () => {
    const view = fitted({ width: 1, height: 1 }, { width: 900, height: 900 }, undefined, 2);
    expect(zoom(view)).toBe(MOST);
    expect(seen(view)).toEqual({ x: 0, y: 0, width: 1, height: 1 });
  });

  it("keeps what is under the pointer there, once the picture is larger than the viewport", () => {
    const start = zoomed(fitted({ width: 6000, height: 4000 }, { width: 1000, height: 700 }), 1, { x: 500, y: 350 });
    const at = { x: 320, y: 210 };
    const before = toImage(start, at);
    const after = toImage(zoomed(start, 4, at), at);
    expect(after.x).toBeCloseTo(before.x, 6);
    expect(after.y).toBeCloseTo(before.y, 6);
  });

  it("never leaves a gap beside a picture that is larger than the viewport, nor lets a smaller one drift", () => {
    fc.assert(
      fc.property(size, viewport, fc.double({ min: 0.01, max: 8, noNaN: true }), place, place, (image, room, wanted, at, by) => {
        const view = panned(zoomed(fitted(image, room), wanted, at), by.x * 9, by.y * 9);
        const width = image.width * view.scale;
        if (width <= room.width) expect(view.x).toBeCloseTo((room.width - width) / 2, 6);
        else {
          expect(view.x).toBeLessThanOrEqual(1e-9);
          expect(view.x + width).toBeGreaterThanOrEqual(room.width - 1e-6);
        }
      }),
    );
  });

  it("goes no further out than the whole picture, nor than 100 % of a small one", () => {
    const large = fitted({ width: 6000, height: 4000 }, { width: 1000, height: 700 });
    expect(zoomed(large, 0.001).scale).toBe(fitScale(large));
    const small = fitted({ width: 60, height: 40 }, { width: 1000, height: 700 });
    expect(zoomed(small, 0.001).scale).toBe(1);
  });

  it("is at 100 % when each of its pixels is one of the screen", () => {
    const view = zoomed(fitted({ width: 6000, height: 4000 }, { width: 1000, height: 700 }, undefined, 2), 1);
    expect(view.scale).toBe(0.5);
    expect(zoom(view)).toBe(1);
  });

  it("climbs and descends the same ladder", () => {
    expect(stepped(1, 1)).toBe(1.5);
    expect(stepped(1, -1)).toBe(2 / 3);
    expect(stepped(0.37, 1)).toBe(0.5);
    expect(stepped(stepped(0.25, 1), -1)).toBe(0.25);
    expect(stepped(MOST, 1)).toBe(MOST);
  });

  it("keeps its middle when the viewport changes", () => {
    const view = zoomed(fitted({ width: 6000, height: 4000 }, { width: 1000, height: 700 }), 2, { x: 300, y: 300 });
    const before = toImage(view, { x: 500, y: 350 });
    const after = toImage(resized(view, { width: 600, height: 900 }), { x: 300, y: 450 });
    expect(after.x).toBeCloseTo(before.x, 6);
    expect(after.y).toBeCloseTo(before.y, 6);
  });
});

describe("a camera", () => {
  it("stays fitted in a new viewport until somebody zooms", () => {
    const camera = new Camera({ width: 3000, height: 1000 });
    camera.resize({ width: 900, height: 600 });
    expect(camera.view.scale).toBeCloseTo(0.3);
    camera.zoomTo(1);
    camera.resize({ width: 600, height: 600 });
    expect(camera.view.scale).toBe(1);
    camera.fit();
    camera.resize({ width: 300, height: 600 });
    expect(camera.view.scale).toBeCloseTo(0.1);
  });

  it("brings a point into sight with the smallest move", () => {
    const camera = new Camera({ width: 3000, height: 1000 }, { width: 300, height: 300 });
    camera.zoomTo(1, { x: 0, y: 0 });
    camera.reveal({ x: 2000, y: 500 }, 20);
    const { x, y } = toScreen(camera.view, { x: 2000, y: 500 });
    expect(x).toBeCloseTo(280);
    expect(y).toBeLessThanOrEqual(280);
    const before = camera.view;
    camera.reveal({ x: 1999, y: 500 }, 20);
    expect(camera.view).toBe(before);
  });
});
