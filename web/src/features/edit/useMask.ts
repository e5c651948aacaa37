/** The painted mask: in the editor until a run begins, then an asset, and the same one as long as nobody paints on. */

import "@/i18n/edit";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Problem, type Asset } from "@/api";
import { useDrafts } from "@/features/forms";
import { upload } from "@/features/library/uploads";
import type { MaskHandle } from "@/features/mask";
import { drop, keep, recall } from "@/features/mask/draft";
import { i18n } from "@/i18n";
import type { OnPicture } from "./fields";

/** In estimates: a picture that is still to be uploaded. */
const PAINTED = "00000000-0000-7000-8000-000000000000";

export interface PaintedMask {
  editor: React.RefObject<MaskHandle | null>;
  draftKey: string;
  painted: boolean;
  /** What the form knows of it: an asset's id, a stand-in while it is none yet, null when nothing is painted. */
  value: string | null;
  changed: (state: { empty: boolean }) => void;
  clear: () => void;
  /** The input with the mask as an asset, if one is painted. */
  prepare: (input: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** A run has begun with what is painted now. */
  settle: () => void;
  /** Whether somebody has painted on since then. */
  touched: () => boolean;
}

export function useMask(asset: Asset, op: string, { mask }: OnPicture): PaintedMask {
  const field = mask?.name;
  const draftKey = `${asset.id} ${op} ${field ?? ""}`;
  const editor = useRef<MaskHandle>(null);
  const [painted, setPainted] = useState(false);
  const [uploaded, setUploaded] = useState<string | null>(null);
  const sent = useRef<{ bytes: Uint8Array; asset: string } | null>(null);
  const since = useRef(false);

  useEffect(() => {
    let here = true;
    if (field !== undefined) void recall(draftKey).then((draft) => here && draft !== null && setPainted(true), () => undefined);
    return () => {
      here = false;
    };
  }, [draftKey, field]);

  // Settings that are recalled bring the mask that they had.
  const recalled = useDrafts((state) => (field === undefined ? undefined : state.drafts[op]?.values[field]));
  useEffect(() => {
    if (field === undefined || typeof recalled !== "string") return;
    useDrafts.getState().change(op, { [field]: null });
    void (async () => {
      const answer = await fetch(`/api/assets/${recalled}/file`);
      if (!answer.ok) return;
      const blob = await answer.blob();
      if (editor.current) await editor.current.load(blob);
      else await keep(draftKey, blob);
      setPainted(true);
    })();
  }, [op, field, recalled, draftKey]);

  const changed = useCallback(({ empty }: { empty: boolean }) => {
    since.current = true;
    setPainted(!empty);
    setUploaded(null);
  }, []);
  const clear = useCallback(() => {
    setPainted(false);
    if (editor.current) editor.current.clear();
    else void drop(draftKey);
  }, [draftKey]);
  const prepare = useCallback(
    async (input: Record<string, unknown>) => {
      if (field === undefined) return input;
      const blob = editor.current && !editor.current.empty ? await editor.current.toBlob() : painted ? await recall(draftKey) : null;
      if (!blob) return Object.fromEntries(Object.entries(input).filter(([name]) => name !== field));
      const bytes = new Uint8Array(await blob.arrayBuffer());
      if (!sent.current || !same(sent.current.bytes, bytes)) {
        const [made] = await upload([new File([blob], `${asset.title}.png`, { type: "image/png" })], { purpose: "mask", quiet: true });
        if (!made) throw new Problem(0, "mask", i18n.t("edit:mask.lost"), i18n.t("edit:mask.lostText"));
        sent.current = { bytes, asset: made.id };
      }
      setUploaded(sent.current.asset);
      return { ...input, [field]: sent.current.asset };
    },
    [field, painted, draftKey, asset.title],
  );
  return useMemo(
    () => ({
      editor,
      draftKey,
      painted,
      value: painted ? (uploaded ?? PAINTED) : null,
      changed,
      clear,
      prepare,
      settle: () => {
        since.current = false;
      },
      touched: () => since.current,
    }),
    [draftKey, painted, uploaded, changed, clear, prepare],
  );
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
