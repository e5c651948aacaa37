/** What is said beside the picture: an alternative text, and a caption for each platform, as long as each allows. */

import "@/i18n/social";
import { useSuspenseQuery } from "@tanstack/react-query";
import { WandSparkles } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations, type Asset, type Operation } from "@/api";
import { said, useForm } from "@/features/forms";
import { textOf, useAsking, writers } from "@/features/wording/ask";
import { describedOf } from "@/features/wording/described";
import { i18n } from "@/i18n";
import { count, price } from "@/lib/format";
import { Button, cx, Select, TextField } from "@/ui";
import type { Format, Platform } from "./api";
import { counted } from "./plan";
import { useSocial, type Alt } from "./store";

interface WordsProps {
  asset: Asset;
  /** The platforms on which something is to appear. */
  platforms: readonly Platform[];
}

const ALL = "";
const MOST = 5000;
const NONE: Readonly<Record<string, string>> = {};

export function Words({ asset, platforms }: WordsProps) {
  const { t } = useTranslation("social");
  const captions = useSocial((state) => state.captions[asset.id]) ?? NONE;
  const write = useSocial((state) => state.write);
  const [asked, setAsked] = useState(ALL);
  const platform = platforms.find(({ id }) => id === asked);
  const where = platform?.id ?? ALL;
  const own = where === ALL || captions[where] !== undefined;
  const text = captions[where] ?? captions[ALL] ?? "";
  const limits = platform ? [platform] : platforms;
  const over = limits.filter((one) => tooMuch(one.id === where ? text : (captions[one.id] ?? text), captionOf(one)));
  return (
    <>
      <AltField asset={asset} formats={platforms.flatMap(({ formats }) => formats)} platforms={platforms} />
      {platforms.length > 1 && (
        <Select
          label={t("words.for")}
          value={where}
          onChange={setAsked}
          items={[{ value: ALL, label: t("words.every") }, ...platforms.map(({ id, title }) => ({ value: id, label: said(title), ...(captions[id] === undefined ? {} : { hint: t("words.own") }) }))]}
        />
      )}
      <div>
        <TextField
          label={t("words.caption")}
          rows={4}
          value={text}
          onChange={(next) => write(asset.id, where, next)}
          maxLength={MOST}
          placeholder={platform ? t("words.same") : undefined}
          error={over.length > 0 ? t("words.over", { names: over.map(({ title }) => said(title)).join(", ") }) : undefined}
          help={t("words.help")}
        />
        <Counters text={text} limit={platform ? captionOf(platform) : null} />
        {platform && own && captions[ALL] !== undefined && (
          <Button size="sm" look="ghost" className="mt-1" onClick={() => write(asset.id, where, undefined)}>
            {t("words.same")}
          </Button>
        )}
      </div>
    </>
  );
}

/** What a platform allows: the tightest of its formats. */
function captionOf({ formats }: Platform): Format["caption"] {
  return formats.find(({ caption }) => caption !== null)?.caption ?? null;
}

function tooMuch(text: string, limit: Format["caption"]): boolean {
  if (!limit) return false;
  const { letters, hashtags, mentions } = counted(text);
  return letters > (limit.max ?? Infinity) || hashtags > (limit.hashtags ?? Infinity) || mentions > (limit.mentions ?? Infinity);
}

function Counters({ text, limit }: { text: string; limit: Format["caption"] }) {
  const { t } = useTranslation("social");
  const { letters, hashtags, mentions } = counted(text);
  const part = (now: number, most: number | null | undefined, plain: string, of: string | null) => ({ text: most == null ? plain : (of ?? plain), bad: most != null && now > most });
  const parts = [
    part(letters, limit?.max, t("words.letters", { n: count(letters) }), limit?.max == null ? null : t("words.lettersOf", { n: count(letters), most: count(limit.max) })),
    ...(hashtags > 0 || limit?.hashtags != null
      ? [part(hashtags, limit?.hashtags, t("words.hashtags", { n: count(hashtags) }), limit?.hashtags == null ? null : t("words.hashtagsOf", { n: count(hashtags), most: count(limit.hashtags) }))]
      : []),
    ...(mentions > 0 && limit?.mentions != null ? [part(mentions, limit.mentions, "", t("words.mentionsOf", { n: count(mentions), most: count(limit.mentions) }))] : []),
  ];
  return (
    <p className="num mt-1 flex flex-wrap gap-x-3 text-2xs text-fg-3">
      {parts.map((one) => (
        <span key={one.text} className={cx(one.bad && "font-medium text-bad")}>
          {one.text}
        </span>
      ))}
    </p>
  );
}

function AltField({ asset, formats, platforms }: { asset: Asset; formats: readonly Format[]; platforms: readonly Platform[] }) {
  const { t } = useTranslation("social");
  const { data: known } = useSuspenseQuery(operations);
  const { text, by } = altOf(asset, useSocial((state) => state.alts[asset.id]));
  const describe = useSocial((state) => state.describe);
  const most = Math.min(...formats.map(({ alt_max }) => alt_max ?? Infinity));
  const tight = platforms.filter((one) => one.formats.some(({ alt_max }) => alt_max !== null && text.length > alt_max));
  const writer = writers(known, "image")[0];
  return (
    <div>
      <TextField
        label={t("words.alt")}
        rows={3}
        value={text}
        onChange={(next) => describe(asset.id, { text: next, by: "person" })}
        maxLength={1000}
        help={t("words.altHelp")}
        error={tight.length > 0 ? t("words.altLong", { names: tight.map(({ title }) => said(title)).join(", "), most: count(most) }) : undefined}
      />
      <div className="mt-1 flex items-center justify-between gap-2">
        <p className={cx("text-2xs", by === "model" || by === "rules" ? "text-warn" : "text-fg-3")}>{text === "" ? t("words.altEmpty") : t(by === "person" ? "words.altWritten" : by === "rules" ? "words.altRule" : "words.altModel")}</p>
        {writer && <Propose key={asset.id} asset={asset} operation={writer} onTake={(alt) => describe(asset.id, alt)} />}
      </div>
    </div>
  );
}

/** What was written for this export; else what is kept with the picture. */
function altOf(asset: Asset, written: Alt | undefined): Alt {
  if (written) return written;
  const { alt, altBy } = describedOf(asset);
  return { text: alt, by: altBy === "rule" ? "rules" : altBy };
}

/** Whoever answers by rules needs no key: what they say is marked as such, and so is what a model says. */
function Propose({ asset, operation, onTake }: { asset: Asset; operation: Operation; onTake: (alt: Alt) => void }) {
  const { t } = useTranslation("social");
  const given = useMemo(() => ({ image: asset.id }), [asset.id]);
  const form = useForm(operation, given);
  const { busy, run, trouble, ask } = useAsking(form);
  const take = useRef(onTake);
  useEffect(() => {
    take.current = onTake;
  });
  const taken = useRef("");
  useEffect(() => {
    const text = textOf(run, "alt");
    const offer = operation.offers.find(({ id }) => id === run?.offer);
    // Once: what was changed of it since is not overwritten when the operations are asked for again.
    if (run === undefined || text === "" || taken.current === run.id) return;
    taken.current = run.id;
    take.current({ text, by: offer?.lane === "remote" ? "model" : "rules" });
  }, [run, operation]);
  const language = form.fields.find(({ name }) => name === "language");
  const changes = language && (language.schema.enum ?? []).includes(i18n.language) ? { language: i18n.language } : {};
  return (
    <>
      <Button size="sm" disabled={busy || !form.ready || form.estimate === undefined} aria-busy={busy} onClick={() => void ask(changes)}>
        <WandSparkles size={14} aria-hidden />
        {t("words.propose")}
        {form.estimate?.price ? <span className="num font-semibold">{price(form.estimate.price)}</span> : null}
      </Button>
      {trouble !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {trouble}
        </p>
      )}
    </>
  );
}
