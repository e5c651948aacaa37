/** What was made here, the newest first: each result with the run that made it. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { runsOf, type Asset, type Operation, type Run } from "@/api";
import { said } from "@/features/forms";

export interface Result {
  asset: Asset;
  run: Run;
}

export function useResults(operations: readonly Operation[]): readonly Result[] {
  const ops = useMemo(() => operations.map((one) => one.op), [operations]);
  const { data } = useInfiniteQuery(runsOf(ops));
  return useMemo(
    () => (data?.pages ?? []).flatMap((page) => page.items).flatMap((run) => run.outputs.filter((asset) => asset.deleted_at === null).map((asset) => ({ asset, run }))),
    [data],
  );
}

/** How a result was made, in a word or two. */
export function nameOf(asset: Asset, operations: readonly Operation[]): string {
  return said(operations.find((one) => one.op === asset.op)?.title ?? asset.title);
}

/** The offers that move a picture without a key and without a charge. */
export function freeOf(operation: Operation) {
  return operation.offers.filter((offer) => offer.lane !== "remote");
}

/** Whether a film is only the sketch of one: made for nothing where a model could be paid. */
export function sketched(run: Run, operations: readonly Operation[]): boolean {
  const operation = operations.find((one) => one.op === run.op);
  if (operation?.op !== ANIMATED) return false;
  const maker = operation.offers.find((offer) => offer.id === run.offer);
  return maker !== undefined && maker.lane !== "remote" && operation.offers.some((offer) => offer.lane === "remote");
}

export const ANIMATED = "video.from_image";
