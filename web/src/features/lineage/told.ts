/** What is said of an asset in its lineage, wherever that is shown. */

import "@/i18n/lineage";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Node } from "@/api";
import { said } from "@/features/forms/said";
import { price } from "@/lib/format";

export interface Told {
  title: string;
  /** By what and by whom it was made. */
  by: string;
  /** What it cost; empty where that was nothing that anybody did. */
  cost: string;
  /** The same with what it is a share of. */
  whole: string;
  /** "In the trash", say. */
  state: string;
}

export function useTold(): (node: Node) => Told {
  const { t } = useTranslation("lineage");
  const known = useSuspenseQuery(operations).data;
  return useMemo(() => {
    const names = new Map(known.flatMap((operation) => [[operation.op, said(operation.title)] as const, ...operation.offers.map((offer) => [`${operation.op} ${offer.id}`, said(offer.title)] as const)]));
    return (node) => {
      const op = node.op === null ? "" : (names.get(node.op) ?? node.op);
      const offer = node.offer === null ? "" : (names.get(`${node.op ?? ""} ${node.offer}`) ?? node.offer);
      const cost = node.run === null ? "" : node.cost === null ? t("unsettled") : price(node.cost);
      const shared = node.run !== null && node.cost !== null && node.outputs > 1 && (node.whole ?? 0) > 0;
      return {
        title: node.state === "erased" ? t("erasedText") : node.title,
        by: node.restored ? t("restored") : node.op === null ? t("uploaded") : offer === "" ? op : t("madeBy", { op, offer }),
        cost,
        whole: shared ? t(node.told ? "told" : "share", { part: cost, whole: price(node.whole ?? 0), count: node.outputs }) : cost,
        state: node.state === "erased" ? t("erased") : node.state === "trash" ? t("trash") : node.purpose === "picture" ? "" : t(node.purpose),
      };
    };
  }, [known, t]);
}
