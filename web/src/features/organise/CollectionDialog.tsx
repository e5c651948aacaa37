import "@/i18n/organise";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Collection } from "@/api";
import { Button, Dialog, Segment, Select, TextField } from "@/ui";
import { changeCollection, listOf, makeCollection, nested } from "./acts";
import type { Wish } from "./Tree";

interface Props {
  wish: Wish;
  all: readonly Collection[];
  onClose: () => void;
  onMade?: (made: Collection) => void;
}

const TOP = "-";
/** In thousandths of a credit. */
const DOLLAR = 100_000;

/** What a collection is called and where it lies; of a campaign also what it is for, when, where and for how much. */
export default function CollectionDialog({ wish, all, onClose, onMade }: Props) {
  const { t } = useTranslation(["organise", "ui"]);
  const known = "collection" in wish ? wish.collection : null;
  const [name, setName] = useState(known?.name ?? "");
  const [kind, setKind] = useState(known?.kind ?? ("kind" in wish ? wish.kind : "collection"));
  const [parent, setParent] = useState(known ? known.parent : "parent" in wish ? wish.parent : null);
  const [note, setNote] = useState(known?.note ?? "");
  const [brief, setBrief] = useState(known?.brief ?? "");
  const [starts, setStarts] = useState(known?.starts ?? "");
  const [ends, setEnds] = useState(known?.ends ?? "");
  const [budget, setBudget] = useState(known?.budget === null || known?.budget === undefined ? "" : String(known.budget / DOLLAR));
  const [channels, setChannels] = useState(known?.channels.join(", ") ?? "");
  const [busy, setBusy] = useState(false);
  const every = nested(all);
  const within = new Set(known ? inside(known.id, all) : []);
  const places = every.filter(({ collection }) => !within.has(collection.id));
  const amount = budget.trim() === "" ? null : Math.round(Number(budget.replace(",", ".")) * DOLLAR);
  const fits = name.trim() !== "" && (amount === null || (Number.isFinite(amount) && amount >= 0));
  const save = async () => {
    if (!fits || busy) return;
    setBusy(true);
    const more = kind === "campaign" ? { brief, starts: starts || null, ends: ends || null, budget: amount, channels: listOf(channels) } : {};
    const told = { name: name.trim(), kind, note, ...more };
    const kept = known ? await changeCollection(known.id, parent === known.parent ? told : { ...told, parent }) : await makeCollection({ ...told, parent });
    setBusy(false);
    if (!kept) return;
    if (!known) onMade?.(kept);
    onClose();
  };
  return (
    <Dialog
      title={known ? known.name : t(kind === "campaign" ? "newCampaign" : "new")}
      open
      onClose={onClose}
      initialFocus={() => document.querySelector<HTMLElement>("[data-begin] input")}
      footer={
        <>
          <Button onClick={onClose}>{t("ui:cancel")}</Button>
          <Button look="primary" disabled={!fits || busy} onClick={() => void save()}>
            {t(known ? "save" : "create")}
          </Button>
        </>
      }
    >
      <div data-begin className="flex flex-col gap-4">
        <TextField label={t("name")} value={name} onChange={setName} maxLength={120} onEnter={() => void save()} />
        <Segment
          label={t("kind")}
          value={kind}
          items={[
            { value: "collection", label: t("collection") },
            { value: "campaign", label: t("campaign") },
          ]}
          onChange={(next) => setKind(next as Collection["kind"])}
        />
        <Select
          label={t("moveUnder")}
          value={parent ?? TOP}
          items={[{ value: TOP, label: t("top") }, ...places.map(({ collection, deep }) => ({ value: collection.id, label: `${"\u2003".repeat(deep)}${collection.name}` }))]}
          onChange={(next) => setParent(next === TOP ? null : next)}
        />
        <TextField label={t("note")} value={note} onChange={setNote} rows={2} maxLength={2000} />
        {kind === "campaign" && (
          <>
            <TextField label={t("brief")} value={brief} onChange={setBrief} rows={4} maxLength={10_000} />
            <div className="grid grid-cols-2 gap-2">
              <TextField label={t("starts")} type="date" value={starts} onChange={setStarts} />
              <TextField label={t("ends")} type="date" value={ends} onChange={setEnds} />
            </div>
            <TextField label={t("budget")} value={budget} onChange={setBudget} help={t("budgetHelp")} />
            <TextField label={t("channels")} value={channels} onChange={setChannels} help={t("channelsHelp")} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function inside(id: string, all: readonly Collection[]): string[] {
  return [id, ...all.filter((one) => one.parent === id).flatMap((one) => inside(one.id, all))];
}
