/** The room for the operations of one kind: first a picture, then the workbench for it. */

import "@/i18n/edit";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Files, PenTool } from "lucide-react";
import { lazy, Suspense, useLayoutEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, operations } from "@/api";
import { draftOf, useDrafts } from "@/features/forms";
import { patient } from "@/lib/later";
import { Button, Empty } from "@/ui";
import { Choose } from "./Choose";
import { IMAGE, moved, onPicture } from "./fields";
import { useBenchSearch } from "./search";
import { Unpictured } from "./Unpictured";
import { Workbench } from "./Workbench";

interface BenchProps {
  capability: string;
  title: string;
  text: string;
  /** Whether its strip shows the latest results instead of the versions of the picture. */
  latest?: boolean;
  /** The operation that drawings are for: one can be drawn here. */
  drawn?: string;
  /** Whether many pictures can be worked on at once. */
  many?: boolean;
}

const SketchPad = lazy(patient(() => import("@/features/control/SketchPad")));
const Queue = lazy(patient(() => import("@/features/upscale/Queue")));

export function Bench({ capability, title, text, latest = false, drawn, many = false }: BenchProps) {
  const { t } = useTranslation("edit");
  const { data: known } = useSuspenseQuery(operations);
  const { search, go } = useBenchSearch();
  const able = useMemo(() => known.filter((operation) => (operation.capability) === capability && operation.offers.length > 0), [known, capability]);
  const operation = able.find((one) => one.op === search.op) ?? able[0];
  const { data: asset, isError } = useQuery({ ...assetOf(search.asset ?? ""), enabled: search.asset !== undefined });
  const places = useMemo(() => operation && onPicture(operation), [operation]);

  // Places that were marked on another picture mean nothing on this one.
  const at = useDrafts((state) => (operation ? state.drafts[operation.op]?.values["image"] : undefined));
  useLayoutEffect(() => {
    const change = operation && places && asset ? moved(draftOf(operation.op).values, asset.id, places) : null;
    if (operation && change) useDrafts.getState().change(operation.op, change);
  }, [operation, places, asset, at]);

  if (!operation || !places) return <Empty title={t("nothing")}>{t("nothingText")}</Empty>;
  // What makes the same from words alone is in another room.
  const makes = new Set(able.map((one) => one.makes));
  const worded = known.find((one) => one.capability === "create" && one.offers.length > 0 && one.makes !== "image" && makes.has(one.makes));
  const draws = able.some((one) => one.op === drawn) ? drawn : undefined;
  if (search.asset === undefined && search.tool === "draw" && draws !== undefined) {
    return (
      <Suspense fallback={<div className="h-full bg-bg" />}>
        <SketchPad onUse={(id) => go({ asset: id, op: draws, tool: undefined })} onBack={() => go({ tool: undefined })} />
      </Suspense>
    );
  }
  if (search.asset === undefined && search.tool === "queue" && many) {
    return (
      <Suspense fallback={<div className="h-full bg-bg" />}>
        <Queue operation={operation} image={IMAGE} hide={[IMAGE, ...(places.region ? [places.region.name] : [])]} onBack={() => go({ tool: undefined })} />
      </Suspense>
    );
  }
  if (search.asset === undefined) {
    const ways = [
      ...(draws === undefined ? [] : [{ id: "draw", name: t("choose.draw"), icon: PenTool, perform: () => go({ tool: "draw" }) }]),
      ...(many ? [{ id: "queue", name: t("choose.queue"), icon: Files, perform: () => go({ tool: "queue" }) }] : []),
    ];
    return <Choose title={title} text={text} worded={worded} ways={ways} onPick={(id) => go({ asset: id })} />;
  }
  if (asset && (asset.kind === "video" || asset.kind === "mesh")) return <Unpictured asset={asset} onPicture={(id) => go({ asset: id, show: undefined, tool: undefined }, true)} />;
  if (isError || (asset && asset.kind !== "image")) {
    return (
      <Empty title={t("gone")} actions={<Button onClick={() => go({ asset: undefined, show: undefined, tool: undefined })}>{t("another")}</Button>}>
        {t("goneText")}
      </Empty>
    );
  }
  if (!asset || at !== asset.id) return <div className="h-full bg-bg" />;
  return <Workbench key={`${asset.id} ${operation.op}`} {...{ asset, operation, places, latest }} here={capability} operations={able} />;
}
