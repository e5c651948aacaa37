import { describe, expect, it } from "vitest";
import { chord } from "./actions";

const key = (name: string, held: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {}) => chord({ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

describe("the name of a key press", () => {
  it("is the same on either kind of keyboard", () => {
    expect(key("k", { ctrlKey: true })).toBe("mod+k");
    expect(key("k", { metaKey: true })).toBe("mod+k");
  });

  it("names Shift only where it is not needed to type the sign", () => {
    expect(key("Z", { ctrlKey: true, shiftKey: true })).toBe("mod+shift+z");
    expect(key("?", { shiftKey: true })).toBe("?");
    expect(key("[", { shiftKey: true })).toBe("shift+[");
    expect(key("Delete", { shiftKey: true })).toBe("shift+delete");
    expect(key(" ")).toBe("space");
  });
});
