/** Who says it: a recording, or a text in one of the voices of this server. */

import "@/i18n/footage";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Volume2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api";
import { said, type Form } from "@/features/forms";
import { type Field, textOf } from "@/features/forms/schema";
import { i18n } from "@/i18n";
import { duration } from "@/lib/format";
import { Button, Segment, Select, TextField } from "@/ui";
import { SoundField } from "./SoundField";

export const voices = queryOptions({ queryKey: ["voices"], queryFn: () => body(api.GET("/api/voices")) });

interface VoiceProps {
  form: Form;
  audio: Field;
  script: Field;
  voice: Field | undefined;
}

/** Letters a second, of a text that is read out. */
const PACE = 15;

/** As the server guesses it: digits and Chinese signs are words, a capital may be spelled, marks are pauses. */
export function lasts(text: string): number {
  const long = text.match(/[\d.,;:!?\n\u3040-\u9fff\uac00-\ud7af]|[\p{Lu}](?=[\p{Lu}])/gu) ?? [];
  return Math.max(1, (text.length + 5 * long.length) / PACE);
}

export function VoiceField({ form, audio, script, voice }: VoiceProps) {
  const { t } = useTranslation("footage");
  const text = textOf(form.values[script.name]);
  const recorded = typeof form.values[audio.name] === "string";
  const [wanted, setWanted] = useState<"recording" | "script" | null>(null);
  const how = wanted ?? (!recorded && text !== "" ? "script" : "recording");
  const choose = (next: string) => {
    setWanted(next as typeof wanted);
    // Of both, the recording would be heard.
    if (next === "script") form.set(audio.name, null);
  };
  return (
    <div className="flex flex-col gap-3">
      <Segment
        label={t("voice.how")}
        value={how}
        onChange={choose}
        items={[
          { value: "recording", label: t("voice.recording") },
          { value: "script", label: t("voice.script") },
        ]}
      />
      {how === "recording" ? (
        <SoundField form={form} field={audio} spoken />
      ) : (
        <>
          <TextField label={said(script.title)} rows={4} value={text} maxLength={script.schema.maxLength} onChange={(next) => form.set(script.name, next)} error={form.faults.get(script.name)} />
          {text !== "" && <p className="num -mt-2 text-xs text-fg-3">{t("voice.lasts", { time: duration(lasts(text)) })}</p>}
          {voice && <Voices value={textOf(form.values[voice.name])} text={text} onChange={(next) => form.set(voice.name, next)} />}
        </>
      )}
    </div>
  );
}

function Voices({ value, text, onChange }: { value: string; text: string; onChange: (voice: string) => void }) {
  const { t } = useTranslation("footage");
  const { data } = useQuery(voices);
  const sound = useRef<HTMLAudioElement>(null);
  const [name = "", kind = ""] = value.split("+");
  const names = useMemo(() => new Intl.DisplayNames([i18n.language], { type: "language", fallback: "none" }), []);
  const items = useMemo(() => {
    const own = (tag: string, title: string) => {
      try {
        return names.of(tag) ?? title;
      } catch {
        return title;
      }
    };
    const found = (data ?? []).map((one) => ({ value: one.name, label: own(one.name, one.title), hint: one.name }));
    const known = found.some((one) => one.value === name) ? found : [{ value: name, label: own(name, name), hint: name }, ...found];
    return known.sort((one, other) => one.label.localeCompare(other.label));
  }, [data, names, name]);
  if (data?.length === 0) return <p className="text-xs text-warn">{t("voice.none")}</p>;
  const tune = (next: string, pitch: string) => onChange(pitch === "" ? next : `${next}+${pitch}`);
  const sample = `/api/voices/${encodeURIComponent(value)}/sample?text=${encodeURIComponent(text.trim().slice(0, 200) || t("voice.sample"))}`;
  return (
    <>
      <Select label={t("voice.language")} value={name} items={items} onChange={(next) => tune(next, kind)} />
      <div className="flex items-end gap-2">
        <Segment
          className="flex-1"
          label={t("voice.pitch")}
          value={kind}
          onChange={(next) => tune(name, next)}
          items={[
            { value: "", label: t("voice.low") },
            { value: "f3", label: t("voice.high") },
          ]}
        />
        <Button
          onClick={() => {
            if (!sound.current) return;
            sound.current.src = sample;
            void sound.current.play().catch(() => undefined);
          }}
        >
          <Volume2 size={15} aria-hidden />
          {t("voice.listen")}
        </Button>
      </div>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- it says what stands in the field */}
      <audio ref={sound} preload="none" aria-label={t("voice.listen")} />
    </>
  );
}
