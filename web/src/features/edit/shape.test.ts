import { describe, expect, it } from "vitest";
import { cornersIn, lightAt, lightFrom, pointIn, writtenCorners } from "./corners";
import { drawn, extended, largest, pulledIn, ratioOf, stretched, upright, within } from "./shape";

const image = { width: 300, height: 200 };
const all = { x: 0, y: 0, ...image };

describe("a shape", () => {
  it("is read as it is written, and is the largest part in the middle", () => {
    expect([ratioOf("16:9"), ratioOf("1.91 : 1"), ratioOf("wide")]).toEqual([16 / 9, 1.91, NaN]);
    expect(largest(1, all)).toEqual({ x: 50, y: 0, width: 200, height: 200 });
    expect(largest(3, all)).toEqual({ x: 0, y: 50, width: 300, height: 100 });
  });

  it("is kept by every grip, and what is opposite stays", () => {
    const box = { x: 100, y: 50, width: 100, height: 100 };
    expect(pulledIn(box, { across: 1, down: 1 }, 40, 0, 1, image)).toEqual({ x: 100, y: 50, width: 140, height: 140 });
    expect(pulledIn(box, { across: -1, down: 0 }, -40, 0, 1, image)).toEqual({ x: 60, y: 30, width: 140, height: 140 });
    expect(pulledIn(box, { across: 0, down: 1 }, 0, 500, 1, image)).toEqual({ x: 75, y: 50, width: 150, height: 150 });
    expect(pulledIn(box, { across: 1, down: 1 }, -500, -500, 1, image)).toEqual({ x: 100, y: 50, width: 1, height: 1 });
    expect(drawn({ x: 200, y: 150 }, { x: 150, y: 140 }, 1, image)).toEqual({ x: 150, y: 100, width: 50, height: 50 });
  });
});

describe("a picture that is turned", () => {
  it("leaves what the server leaves", () => {
    expect(upright({ width: 600, height: 400 }, 7)).toEqual({ x: 45, y: 30, width: 510, height: 340 });
    expect(upright(image, 0)).toEqual(all);
  });

  it("has every corner of a box on it", () => {
    for (const degrees of [-40, -3, 12, 45]) {
      for (const box of [all, { x: 0, y: 0, width: 80, height: 60 }, { x: 250, y: 20, width: 50, height: 180 }]) {
        const found = within(box, image, degrees);
        const turn = (-degrees * Math.PI) / 180;
        for (const x of [found.x, found.x + found.width]) {
          for (const y of [found.y, found.y + found.height]) {
            const [dx, dy] = [x - 150, y - 100];
            expect(Math.abs(dx * Math.cos(turn) - dy * Math.sin(turn))).toBeLessThanOrEqual(150 + 1.5);
            expect(Math.abs(dx * Math.sin(turn) + dy * Math.cos(turn))).toBeLessThanOrEqual(100 + 1.5);
          }
        }
      }
    }
    const inside = { x: 140, y: 90, width: 20, height: 20 };
    expect(within(inside, image, 20)).toBe(inside);
  });
});

describe("a frame around a picture", () => {
  const none = { left: 0, top: 0, right: 0, bottom: 0 };

  it("goes on where it is pulled, and never into the picture", () => {
    expect(stretched(none, { across: 1, down: -1 }, 40, -30, 4096)).toEqual({ ...none, right: 40, top: 30 });
    expect(stretched({ ...none, left: 20 }, { across: -1, down: 0 }, 90, 0, 4096)).toEqual(none);
    expect(stretched(none, { across: 0, down: 1 }, 0, 9000, 4096)).toEqual({ ...none, bottom: 4096 });
    expect(stretched({ ...none, left: 20 }, { across: 0, down: 0 }, 50, 50, 4096)).toEqual({ ...none, right: 20 });
  });

  it("takes a shape", () => {
    expect(extended(image, 1)).toEqual({ left: 0, right: 0, top: 50, bottom: 50 });
    expect(extended({ width: 99, height: 200 }, 1)).toEqual({ left: 50, right: 51, top: 0, bottom: 0 });
  });
});

describe("places on a picture", () => {
  it("are written as requests write them", () => {
    const four = "40,30 610,55 590,420 30,400";
    expect(writtenCorners(cornersIn(four)!)).toBe(four);
    expect([cornersIn("1,2 3,4"), cornersIn(null), pointIn("320,240"), pointIn("x")]).toEqual([null, null, { x: 320, y: 240 }, null]);
  });

  it("are where the light comes from, there and back", () => {
    expect(lightFrom({ x: 0.5, y: 0 })).toEqual({ direction: 90, height: 0.5 });
    expect(lightFrom({ x: 0, y: -3 })).toEqual({ direction: 0, height: 0 });
    for (const direction of [0, 45, 200, 315]) expect(lightFrom(lightAt(direction, 0.4))).toEqual({ direction, height: 0.4 });
  });
});
