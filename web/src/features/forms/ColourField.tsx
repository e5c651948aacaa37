import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Label } from "@/ui";
import { FromPicture, remember, Swatches } from "./Palette";

interface ColourProps {
  title: string;
  value: string | null;
  onChange: (value: string | null) => void;
  optional?: boolean;
  hideLabel?: boolean;
  /** The picture that is worked on: its colours can be taken. */
  source?: string | undefined;
}

const HEX = /^#[0-9a-f]{6}$/i;
const START = "#ffffff";

/** The browser's own picker, and the code beside it to type. */
export default function ColourField({ title, value, onChange, optional, hideLabel, source }: ColourProps) {
  const { t } = useTranslation("forms");
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const pick = (colour: string) => {
    remember(colour);
    onChange(colour);
  };
  const take = (typed: string) => {
    setText(typed);
    const hex = typed.startsWith("#") ? typed : `#${typed}`;
    if (HEX.test(hex)) onChange(hex.toLowerCase());
    else if (typed === "" && optional) onChange(null);
  };
  return (
    <div role="group" aria-label={title}>
      <Label className={hideLabel ? "sr-only" : ""}>{title}</Label>
      <div className="flex gap-2">
        <input type="color" aria-label={t("colour.pick", { what: title })} value={value ?? START} onChange={(event) => onChange(event.target.value)} className="h-9 w-12 shrink-0 rounded-md border border-line bg-raised p-1 coarse:h-11" />
        <input
          aria-label={t("colour.code", { what: title })}
          value={text}
          maxLength={7}
          spellCheck={false}
          onChange={(event) => take(event.target.value)}
          onBlur={() => {
            setText(value ?? "");
            if (value !== null && text.toLowerCase().endsWith(value.slice(1))) remember(value);
          }}
          className="num h-9 min-w-0 flex-1 rounded-md border border-line bg-raised px-3 text-sm hover:border-line-2 coarse:h-11"
        />
        {source !== undefined && <FromPicture title={title} source={source} onPick={pick} />}
      </div>
      <Swatches title={title} source={source} onPick={pick} />
    </div>
  );
}
