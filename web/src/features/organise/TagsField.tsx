import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api";
import { TextField } from "@/ui";
import "@/i18n/organise";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  help?: string;
}

/** Tags with commas between them; what the last one may become is offered while it is typed. */
export function TagsField({ label, value, onChange, help }: Props) {
  const { t } = useTranslation("organise");
  const at = value.lastIndexOf(",") + 1;
  const begun = value.slice(at).trim();
  const [typed, setTyped] = useState(false);
  const { data: found = [] } = useQuery({
    queryKey: ["tags", "complete", begun],
    queryFn: ({ signal }) => body(api.GET("/api/tags/complete", { params: { query: { q: begun } }, signal })),
    enabled: typed && begun !== "",
  });
  const there = new Set(value.split(",").map((tag) => tag.trim().toLocaleLowerCase()));
  const offered = typed && begun !== "" ? found.filter(({ tag }) => !there.has(tag.toLocaleLowerCase())).slice(0, 6) : [];
  const take = (tag: string) => {
    const head = value.slice(0, at).trim();
    onChange(`${head}${head === "" ? "" : " "}${tag}, `);
  };
  return (
    <div>
      <TextField
        label={label}
        value={value}
        onChange={(next) => {
          setTyped(true);
          onChange(next);
        }}
        help={help ?? t("tagsHelp")}
      />
      {offered.length > 0 && (
        <ul aria-label={label} className="mt-1.5 flex flex-wrap gap-1">
          {offered.map(({ tag, count }) => (
            <li key={tag}>
              <button type="button" onClick={() => take(tag)} className="inline-flex min-h-6 items-center gap-1.5 rounded-xs bg-hover px-1.5 text-xs text-fg-2 hover:bg-active hover:text-fg coarse:min-h-11">
                {tag}
                <span className="num text-2xs text-fg-3">{count}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
