/** Schedules, as the studio knows them. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, body, cache } from "@/api";
import type { components } from "@/api/schema";
import { told, type When } from "./when";

type Schemas = components["schemas"];
/** What is done, whatever the operation: its form knows the fields. */
interface Step {
  op: string;
  offer?: string | null;
  prefer?: "price" | "quality" | "speed";
  input?: Record<string, unknown>;
}
interface Done {
  run: Step | null;
  batch: { steps?: Step[]; columns?: Record<string, string | null> } | null;
}
export type Schedule = Omit<Schemas["ScheduleOut"], keyof Done> & Done;
export type Whole = Omit<Schemas["ScheduleWholeOut"], keyof Done> & Done;
export type ScheduleIn = Schemas["ScheduleIn"];
export type Outcome = Schemas["TickOut"]["outcome"];

const of = (id: string) => ({ path: { schedule_id: id } });
const LIMIT = 200;

export const schedules = queryOptions({
  queryKey: ["schedules"],
  // What was looked for and not found rings no bell.
  refetchInterval: 60_000,
  queryFn: async () => (await body(api.GET("/api/schedules", { params: { query: { limit: LIMIT } } }))).items as unknown as Schedule[],
});
export const scheduleOf = (id: string) => queryOptions({ queryKey: ["schedules", id], queryFn: async () => (await body(api.GET("/api/schedules/{schedule_id}", { params: of(id) }))) as unknown as Whole });
export const previewOf = (when: When) =>
  queryOptions({
    queryKey: ["schedule-preview", JSON.stringify(told(when))],
    queryFn: ({ signal }) => body(api.POST("/api/schedules/preview", { body: { when: told(when), rows: [] }, signal })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 30_000,
  });

export const again = () => cache.invalidateQueries({ queryKey: ["schedules"] });
export const create = (wanted: ScheduleIn) => body(api.POST("/api/schedules", { body: wanted }));
export const change = (id: string, wanted: ScheduleIn) => body(api.PUT("/api/schedules/{schedule_id}", { params: of(id), body: wanted }));
export const remove = (id: string) => api.DELETE("/api/schedules/{schedule_id}", { params: of(id) });
export const pause = (id: string) => body(api.POST("/api/schedules/{schedule_id}/pause", { params: of(id) }));
export const resume = (id: string) => body(api.POST("/api/schedules/{schedule_id}/resume", { params: of(id) }));
export const runNow = (id: string, key: string) => body(api.POST("/api/schedules/{schedule_id}/run", { params: { ...of(id), header: { "idempotency-key": key } } }));
