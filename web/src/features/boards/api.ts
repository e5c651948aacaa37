/** Boards, as the studio knows them. */

import { queryOptions } from "@tanstack/react-query";
import { api, body, cache } from "@/api";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Board = Schemas["BoardOut"];
export type Item = Schemas["ItemOut"];
export type Link = Schemas["LinkOut"];
export type LinkIn = Schemas["LinkIn"];
export type Remark = Schemas["RemarkOut"];
export type Verdict = Schemas["VerdictOut"];
export type Role = "viewer" | "commenter" | "uploader";
export const ROLES: readonly Role[] = ["viewer", "commenter", "uploader"];

const of = (id: string) => ({ path: { board_id: id } });
const LIMIT = 200;

export const boards = queryOptions({
  queryKey: ["boards"],
  queryFn: async () => {
    const found: Board[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page: { items: Board[]; next?: string | null } = await body(api.GET("/api/boards", { params: { query: { limit: LIMIT, ...(after === undefined ? {} : { after }) } } }));
      found.push(...page.items);
      after = page.next ?? null;
    }
    return found;
  },
});

export const boardOf = (id: string) => queryOptions({ queryKey: ["board", id, "itself"], queryFn: () => body(api.GET("/api/boards/{board_id}", { params: of(id) })) });

export const itemsOf = (id: string) =>
  queryOptions({
    queryKey: ["board", id, "items"],
    queryFn: async () => {
      const found: Item[] = [];
      for (let after: string | null | undefined; after !== null; ) {
        const page: { items: Item[]; next?: string | null } = await body(api.GET("/api/boards/{board_id}/items", { params: { ...of(id), query: { limit: LIMIT, ...(after === undefined ? {} : { after }) } } }));
        found.push(...page.items);
        after = page.next ?? null;
      }
      return found;
    },
  });

export const remarksOf = (id: string) => queryOptions({ queryKey: ["board", id, "remarks"], queryFn: () => body(api.GET("/api/boards/{board_id}/remarks", { params: of(id) })) });
export const linksOf = (id: string) => queryOptions({ queryKey: ["board", id, "links"], staleTime: 0, queryFn: () => body(api.GET("/api/boards/{board_id}/links", { params: of(id) })) });
export const peopleOf = (id: string) => queryOptions({ queryKey: ["board", id, "people"], queryFn: () => body(api.GET("/api/boards/{board_id}/people", { params: of(id) })) });
export const reviewsOf = (asset: string) => queryOptions({ queryKey: ["reviews", asset], queryFn: () => body(api.GET("/api/assets/{asset_id}/reviews", { params: { path: { asset_id: asset } } })) });

/** Everything of a board is asked for again. */
export async function fresh(id: string): Promise<void> {
  await Promise.all([cache.invalidateQueries({ queryKey: ["board", id] }), cache.invalidateQueries({ queryKey: ["boards"] })]);
}

export const create = (title: string, what: { assets?: readonly string[]; collection?: string }) =>
  body(api.POST("/api/boards", { body: { title, words: "", everybody: "commenter", assets: [...(what.assets ?? [])], collection: what.collection ?? null } }));
export const change = (id: string, changes: Schemas["BoardChange"]) => body(api.PATCH("/api/boards/{board_id}", { params: of(id), body: changes }));
export const discard = (id: string) => api.DELETE("/api/boards/{board_id}", { params: of(id) });
export const restore = (id: string) => body(api.POST("/api/boards/{board_id}/restore", { params: of(id) }));
export const add = (id: string, assets: readonly string[], before: string | null = null) => body(api.POST("/api/boards/{board_id}/items", { params: of(id), body: { assets: [...assets], before } }));
export const move = (id: string, assets: readonly string[], before: string | null) => body(api.POST("/api/boards/{board_id}/items/move", { params: of(id), body: { assets: [...assets], before } }));
export const takeOff = (id: string, assets: readonly string[]) => body(api.POST("/api/boards/{board_id}/items/remove", { params: of(id), body: { assets: [...assets] } }));
export const accept = (id: string, assets: readonly string[]) => body(api.POST("/api/boards/{board_id}/items/accept", { params: of(id), body: { assets: [...assets] } }));
export const name = (id: string, user: string, role: Role | null) => api.PUT("/api/boards/{board_id}/people/{user_id}", { params: { path: { board_id: id, user_id: user } }, body: { role } });
export const makeLink = (id: string, terms: LinkIn) => body(api.POST("/api/boards/{board_id}/links", { params: of(id), body: terms }));
export const changeLink = (id: string, link: string, terms: Schemas["LinkChange"]) => body(api.PATCH("/api/boards/{board_id}/links/{link_id}", { params: { path: { board_id: id, link_id: link } }, body: terms }));
export const revoke = (id: string, link: string) => body(api.DELETE("/api/boards/{board_id}/links/{link_id}", { params: { path: { board_id: id, link_id: link } } }));
export const say = (id: string, said: Schemas["RemarkIn"]) => body(api.POST("/api/boards/{board_id}/remarks", { params: of(id), body: said }));
export const reword = (id: string, remark: string, said: Schemas["RemarkChange"]) => body(api.PATCH("/api/boards/{board_id}/remarks/{remark_id}", { params: { path: { board_id: id, remark_id: remark } }, body: said }));
export const unsay = (id: string, remark: string) => api.DELETE("/api/boards/{board_id}/remarks/{remark_id}", { params: { path: { board_id: id, remark_id: remark } } });
export const decide = (id: string, asset: string, state: Verdict["state"], words = "") => body(api.POST("/api/boards/{board_id}/verdicts", { params: of(id), body: { asset, state, words } }));
