import { describe, expect, it } from "vitest";
import "@/i18n/schedules";
import { away, fresh, inZone, told, words } from "./when";

describe("when", () => {
  it("is said in words", () => {
    expect(words({ ...fresh(), kind: "weekly" })).toBe("Every weekday at 09:00");
    expect(words({ ...fresh(), kind: "weekly", days: [6, 1] })).toBe("Every Monday and Saturday at 09:00");
    expect(words({ ...fresh(), kind: "weekly", days: [1, 2, 3, 4, 5, 6, 7] })).toBe("Every day at 09:00");
    expect(words({ ...fresh(), kind: "hourly", every: 6, minute: 5 })).toBe("Every 6 hours at minute 5");
    expect(words({ ...fresh(), kind: "monthly", day: 31 })).toBe("On day 31 of every month, or its last, at 09:00");
    expect(words({ ...fresh(), kind: "once", at: "2026-12-24T18:00" })).toBe("Once, on 2026-12-24, 18:00");
  });

  it("tells the server nothing that does not belong to its kind", () => {
    expect(told({ ...fresh(), kind: "daily", cron: "wrong", at: "x" })).toMatchObject({ cron: "", at: null, days: [] });
    expect(told({ ...fresh(), kind: "cron", cron: "0 9 * * *" }).cron).toBe("0 9 * * *");
  });

  it("is read by the clock of its zone, and by how far away it is", () => {
    expect(inZone("2026-07-01T07:00:00Z", "Europe/Berlin")).toContain("09:00");
    const now = Date.parse("2026-07-01T07:00:00Z");
    expect(away("2026-07-01T10:30:00Z", now)).toBe("in 3 hours");
    expect(away("2026-06-30T07:00:00Z", now)).toBe("yesterday");
  });
});
