import { WandSparkles } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, keepAsset, type Asset, type Operation } from "@/api";
import { FormFields, ModelField, said, useForm } from "@/features/forms";
import { TagsField } from "@/features/organise/TagsField";
import { telling } from "@/features/runs";
import { i18n } from "@/i18n";
import { price } from "@/lib/format";
import { Button, TextField } from "@/ui";
import { preferBest, textOf, useAsking } from "./ask";
import { describedOf, tagsOf } from "./described";

interface Props {
  asset: Asset;
  writers: readonly Operation[];
  onClose: () => void;
}

/** Nothing of it is kept before it is saved. */
export default function Editor({ asset, writers, onClose }: Props) {
  const { t } = useTranslation(["library", "ui"]);
  const before = describedOf(asset);
  const [caption, setCaption] = useState(before.caption);
  const [alt, setAlt] = useState(before.alt);
  const [tags, setTags] = useState(before.tags.join(", "));
  const [saving, setSaving] = useState(false);
  const [proposer, setProposer] = useState<string | null>(null);
  const list = tags.split(",").flatMap((tag) => tag.trim() || []);
  const form = useRef<HTMLFormElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    form.current?.scrollIntoView({ block: "start" });
    // On a phone a keyboard would cover what is proposed.
    if (!matchMedia("(pointer: coarse)").matches) form.current?.querySelector("textarea")?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    close.current = onClose;
    // Only this closes; the details stay. A list that is open over it closes first.
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !(event.target instanceof HTMLElement) || !form.current?.contains(event.target) || event.target.ariaExpanded === "true") return;
      event.stopImmediatePropagation();
      close.current();
    };
    addEventListener("keydown", key, true);
    return () => removeEventListener("keydown", key, true);
  }, [onClose]);
  const save = async () => {
    setSaving(true);
    const kept = await telling(() => body(api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: asset.id } }, body: { caption, alt, alt_run: proposer, tags: list } })));
    setSaving(false);
    if (!kept) return;
    keepAsset(kept);
    onClose();
  };
  return (
    <form
      ref={form}
      className="mt-2 flex scroll-mt-10 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField label={t("described.caption")} value={caption} onChange={setCaption} rows={2} maxLength={500} />
      <TextField label={t("described.alt")} value={alt} onChange={setAlt} rows={3} maxLength={1000} help={t("described.altHelp")} />
      <TagsField label={t("described.tags")} value={tags} onChange={setTags} help={t("described.tagsHelp")} />
      {writers.length > 0 && (
        <Proposal
          asset={asset}
          operation={writers[0]!}
          empty={caption === "" && alt === "" && list.length === 0}
          onTake={(proposed) => {
            setCaption(proposed.caption);
            // What a person wrote for those who cannot see it stays.
            if (before.alt === "" || before.altBy !== "person") {
              setAlt(proposed.alt);
              setProposer(proposed.run);
            }
            setTags(proposed.tags.join(", "));
          }}
        />
      )}
      <div className="flex justify-end gap-1.5">
        <Button look="ghost" size="sm" onClick={onClose}>
          {t("ui:cancel")}
        </Button>
        <Button type="submit" look="primary" size="sm" disabled={saving}>
          {t("described.save")}
        </Button>
      </div>
    </form>
  );
}

interface ProposalProps {
  asset: Asset;
  operation: Operation;
  /** Nothing is said yet, so that a free proposal takes nothing away. */
  empty: boolean;
  onTake: (proposed: { run: string; caption: string; alt: string; tags: string[] }) => void;
}

const HIDDEN: readonly string[] = ["image"];

function Proposal({ asset, operation, empty, onTake }: ProposalProps) {
  const { t } = useTranslation("library");
  useState(() => preferBest([operation]));
  const given = useMemo(() => ({ image: asset.id }), [asset.id]);
  const form = useForm(operation, given);
  const { busy, run, trouble, ask } = useAsking(form);
  const cost = form.estimate?.price ?? undefined;
  // The language of the page is the one to begin with.
  const { set, values, fields } = form;
  const own = fields.find((field) => field.name === "language");
  const [told, setTold] = useState(false);
  useEffect(() => {
    if (told || !own) return;
    setTold(true);
    if (values["language"] === own.initial && (own.schema.enum ?? []).includes(i18n.language)) set("language", i18n.language);
  }, [told, own, values, set]);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || !told || !form.fresh || cost === undefined) return;
    begun.current = true;
    if (empty && cost === 0) void ask();
  }, [told, form.fresh, cost, empty, ask]);
  const take = useRef(onTake);
  useEffect(() => {
    take.current = onTake;
  });
  useEffect(() => {
    if (run) take.current({ run: run.id, caption: textOf(run, "caption"), alt: textOf(run, "alt"), tags: tagsOf(run.answer?.["tags"]) });
  }, [run]);
  return (
    <div className="rounded-md border border-line bg-sunken p-2.5">
      <div className="[&>div]:gap-3 [&>div]:p-0">
        <FormFields form={form} hide={HIDDEN} model={<ModelField form={form} />} />
      </div>
      <Button size="sm" className="mt-2.5 w-full" disabled={busy || !form.ready || form.estimate === undefined} aria-busy={busy} onClick={() => void ask()}>
        <WandSparkles size={14} aria-hidden />
        {busy ? t("described.looking") : t("described.propose")}
        {!busy && cost !== undefined && <span className="num font-semibold">{price(cost)}</span>}
      </Button>
      {trouble !== undefined && (
        <p role="alert" className="mt-2 text-xs text-bad">
          {trouble}
        </p>
      )}
      {!busy && run && run.notes.length > 0 && <p className="mt-2 text-xs text-fg-3">{run.notes.map(said).join(" ")}</p>}
    </div>
  );
}
