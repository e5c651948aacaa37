/** From pictures to films, talking portraits, 3D models and sequences. Which of these, the address says by `op`. */

import "@/i18n/edit";
import "@/i18n/footage";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useLayoutEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, operations } from "@/api";
import { Choose } from "@/features/edit/Choose";
import { moved, onPicture } from "@/features/edit/fields";
import { useBenchSearch } from "@/features/edit/search";
import { Unpictured } from "@/features/edit/Unpictured";
import { draftOf, useDrafts } from "@/features/forms";
import { Button, Empty } from "@/ui";
import { Sequence } from "./Sequence";
import { Ways } from "./Ways";
import { wayOf, waysOf, type Way } from "./ways";
import { Workbench } from "./Workbench";

export default function Transform() {
  const { t } = useTranslation(["footage", "edit"]);
  const { data: known } = useSuspenseQuery(operations);
  const { search, go } = useBenchSearch();
  const able = useMemo(() => known.filter((operation) => operation.capability === "transform" && operation.offers.length > 0), [known]);
  const ways = useMemo(() => waysOf(able), [able]);
  const operation = able.find((one) => one.op === search.op) ?? [...ways.values()][0]?.[0];
  const { data: asset, isError } = useQuery({ ...assetOf(search.asset ?? ""), enabled: search.asset !== undefined });
  const places = useMemo(() => operation && onPicture(operation), [operation]);
  const way = operation && wayOf(operation);

  // Places that were marked on another picture mean nothing on this one.
  const at = useDrafts((state) => (operation ? state.drafts[operation.op]?.values["image"] : undefined));
  useLayoutEffect(() => {
    if (!operation || !places || !asset || way === "sequence") return;
    const change = moved(draftOf(operation.op).values, asset.id, places);
    if (change) useDrafts.getState().change(operation.op, change);
  }, [operation, places, asset, at, way]);

  if (!operation || !places || !way) return <Empty title={t("edit:nothing")}>{t("edit:nothingText")}</Empty>;
  const choose = (next: Way) => go({ op: ways.get(next)?.[0]?.op, show: undefined, tool: undefined });
  const head = <Ways ways={[...ways.keys()]} value={way} onChange={choose} />;
  if (way === "sequence") return <Sequence operation={operation} operations={able} head={head} />;

  // What makes the same from words alone is in another room.
  const makes = new Set(ways.get(way)?.map((one) => one.makes));
  const worded = way === "video" ? known.find((one) => one.capability === "create" && one.offers.length > 0 && one.makes !== "image" && makes.has(one.makes)) : undefined;
  const kind = asset?.kind ?? "image";
  if (asset && (kind === "video" || kind === "mesh")) return <Unpictured asset={asset} onPicture={(id) => go({ asset: id, show: undefined, tool: undefined }, true)} />;
  if (search.asset === undefined || isError || kind !== "image") {
    return (
      <div className="flex h-full min-h-0 flex-col">
        <div className="flex min-h-12 shrink-0 items-center justify-center border-b border-line bg-bg px-3 py-1.5">
          <div className="w-full max-w-[480px]">{head}</div>
        </div>
        <div className="min-h-0 flex-1">
          {search.asset === undefined ? (
            <Choose title={t(`choose.${way}`)} text={t(`choose.${way}Text`)} worded={worded} onPick={(id) => go({ asset: id })} />
          ) : (
            <Empty title={t("edit:gone")} actions={<Button onClick={() => go({ asset: undefined, show: undefined, tool: undefined })}>{t("edit:another")}</Button>}>
              {t("edit:goneText")}
            </Empty>
          )}
        </div>
      </div>
    );
  }
  if (!asset || at !== asset.id) return <div className="h-full bg-bg" />;
  return <Workbench key={`${asset.id} ${operation.op}`} {...{ asset, operation, places, head }} those={ways.get(way) ?? []} operations={able} />;
}
