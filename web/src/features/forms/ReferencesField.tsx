import { useTranslation } from "react-i18next";
import { Label, Slider } from "@/ui";
import { PictureField } from "./PictureField";

interface Reference {
  image: string;
  weight: number;
}

interface ReferencesProps {
  title: string;
  value: unknown;
  onChange: (value: Reference[]) => void;
  most: number;
}

const WEIGHT = 0.5;

/** Pictures whose look is taken on, each with how strongly. */
export function ReferencesField({ title, value, onChange, most }: ReferencesProps) {
  const { t } = useTranslation("forms");
  const chosen = (Array.isArray(value) ? value : []) as Reference[];
  return (
    <div role="group" aria-label={title} className="flex flex-col gap-2">
      <Label right={chosen.length > 0 ? `${chosen.length} / ${most}` : undefined} className="mb-0">
        {title}
      </Label>
      {chosen.map((reference, index) => (
        <div key={`${reference.image}${index}`} className="flex flex-col gap-1.5">
          <PictureField
            title={t("picture.nth", { n: index + 1 })}
            value={reference.image}
            onChange={(image) => onChange(image === null ? chosen.filter((_, other) => other !== index) : chosen.with(index, { ...reference, image }))}
            optional
            small
          />
          <Slider label={t("references.weight")} value={reference.weight} min={0} max={1} step={0.05} onChange={(weight) => onChange(chosen.with(index, { ...reference, weight }))} />
        </div>
      ))}
      {chosen.length < most && <PictureField title={t("references.add")} value={null} onChange={(image) => image !== null && onChange([...chosen, { image, weight: WEIGHT }])} optional small />}
    </div>
  );
}
