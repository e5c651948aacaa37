/** Where rows come from: a file, the clipboard, the library. */

import "@/i18n/batch";
import { useNavigate } from "@tanstack/react-router";
import { ClipboardPaste, FileSpreadsheet, Images } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Batch } from "@/api";
import { count } from "@/lib/format";
import { patient } from "@/lib/later";
import { Button, Dialog, Segment, TextField } from "@/ui";
import { beginDropped, beginFile, beginPictures } from "./begin";
import { fileOf, nameOf, pasted, type Pasted } from "./plan";
import { bring, useBrought } from "./store";

const Picker = lazy(patient(() => import("@/features/assets/Picker")));
const ACCEPTED = ".csv,.tsv,.txt,.jsonl,.ndjson,.json,.xlsx,.xls,.ods,text/csv,application/json";
const SAMPLE = [
  ["prompt", "width", "height", "seed"],
  ["A striped lighthouse at dusk, painterly sky", "1024", "1024", "1"],
  ["A red bicycle against a white wall, soft light", "1024", "1024", "2"],
  ["Three lemons on a blue plate, from above", "1024", "768", "3"],
];

/** Goes to what came of it, once it is there. */
export function useGo(): (begun: Promise<Batch | undefined>) => Promise<void> {
  const navigate = useNavigate();
  return async (begun) => {
    const batch = await begun;
    if (batch) void navigate({ to: "/batch/$id", params: { id: batch.id } });
  };
}

export function Begin({ wide = false }: { wide?: boolean }) {
  const { t } = useTranslation("batch");
  const go = useGo();
  const file = useRef<HTMLInputElement>(null);
  const [pasting, setPasting] = useState(false);
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const { step, text } = useBrought();
  useEffect(() => {
    if (step !== null) setPasting(true);
  }, [step]);
  const doing = async (begun: Promise<Batch | undefined>) => {
    setBusy(true);
    await go(begun);
    setBusy(false);
  };
  const size = wide ? "md" : "sm";
  return (
    <>
      <div className={wide ? "flex flex-wrap justify-center gap-2" : "flex flex-wrap gap-2"}>
        <Button size={size} look="primary" disabled={busy} onClick={() => file.current?.click()}>
          <FileSpreadsheet size={15} aria-hidden />
          {t(busy ? "begin.reading" : "begin.file")}
        </Button>
        <Button size={size} onClick={() => setPasting(true)}>
          <ClipboardPaste size={15} aria-hidden />
          {t("begin.paste")}
        </Button>
        <Button size={size} onClick={() => setPicking(true)}>
          <Images size={15} aria-hidden />
          {t("begin.library")}
        </Button>
      </div>
      <input
        ref={file}
        type="file"
        accept={ACCEPTED}
        className="hidden"
        aria-label={t("begin.file")}
        onChange={(event) => {
          const [first] = event.target.files ?? [];
          event.target.value = "";
          if (first) void doing(beginDropped([first]));
        }}
      />
      {pasting && (
        <Paste
          text={text}
          known={step !== null}
          onClose={() => {
            setPasting(false);
            bring(null);
          }}
          onTake={(made) => {
            setPasting(false);
            bring(null);
            void doing(beginFile(made, step));
          }}
        />
      )}
      <Suspense>
        {picking && (
          <Picker
            title={t("begin.library")}
            onClose={() => setPicking(false)}
            onPick={() => undefined}
            onPickMany={(assets) => {
              setPicking(false);
              void doing(beginPictures(assets.map(({ id }) => id)));
            }}
          />
        )}
      </Suspense>
    </>
  );
}

/** Lines become prompts; a table says so in its head, and what it was taken for can be put right. */
function Paste({ text: begins, known, onTake, onClose }: { text: string; known: boolean; onTake: (file: File) => void; onClose: () => void }) {
  const { t } = useTranslation(["batch", "ui"]);
  const [text, setText] = useState(begins);
  const [said, setSaid] = useState<Pasted["kind"] | null>(null);
  const found = pasted(text);
  const kind = said ?? found.kind;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "").length;
  const rows = kind === "prompts" ? lines : found.kind === "json" ? found.rows : Math.max(0, lines - 1);
  return (
    <Dialog
      title={t("paste.title")}
      open
      onClose={onClose}
      className="w-[640px] max-w-full"
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={text.trim() === ""} onClick={() => onTake(fileOf(text, kind, nameOf(kind === "prompts" ? text : "", t("paste.name"))))}>
            {t("paste.take")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-sm text-fg-2">{t(known ? "paste.known" : "paste.text")}</p>
        <TextField label={t("paste.field")} hideLabel rows={8} value={text} onChange={setText} placeholder={t("paste.placeholder")} inputClassName="!max-h-[46dvh] min-h-44 font-mono !text-xs" />
        <div className="flex min-h-9 flex-wrap items-center gap-3">
          <p role="status" className="num flex-1 text-xs text-fg-2">
            {text.trim() === "" ? "" : kind === "json" && rows === 0 ? t("paste.json") : t(kind === "prompts" ? "paste.prompts" : "paste.rows", { count: rows, n: count(rows) })}
          </p>
          {text.trim() !== "" && found.kind !== "json" && (
            <Segment
              label={t("paste.as")}
              hideLabel
              value={kind}
              onChange={(value) => setSaid(value as Pasted["kind"])}
              items={[
                { value: "prompts", label: t("paste.asPrompts") },
                { value: "table", label: t("paste.asTable") },
              ]}
              className="w-60"
            />
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** A table to begin with, as a file. */
export function Sample() {
  const { t } = useTranslation("batch");
  const save = () => {
    const cells = SAMPLE.map((row) => row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(","));
    const url = URL.createObjectURL(new Blob([`${cells.join("\r\n")}\r\n`], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${t("begin.sampleName")}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return (
    <button type="button" onClick={save} className="text-sm text-fg-2 underline decoration-line-2 underline-offset-2 hover:text-fg hover:decoration-current coarse:min-h-11">
      {t("begin.sample")}
    </button>
  );
}
