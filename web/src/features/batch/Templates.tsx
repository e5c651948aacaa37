/** What is done with files of a kind, kept by a name: used again, or forgotten. */

import "@/i18n/batch";
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { batchTemplates, type BatchWanted } from "@/api";
import { moment } from "@/lib/format";
import { Button, Dialog, IconButton, say, TextField } from "@/ui";
import { dropTemplate, keepTemplate } from "./api";

interface TemplatesProps {
  wanted: BatchWanted;
  /** Absent where it has begun: then it can only be kept. */
  onUse?: (wanted: BatchWanted) => void;
  onClose: () => void;
}

export default function Templates({ wanted, onUse, onClose }: TemplatesProps) {
  const { t } = useTranslation(["batch", "ui"]);
  const { data: known = [] } = useQuery(batchTemplates);
  const [name, setName] = useState("");
  const text = name.trim();
  const keep = async () => {
    if (text === "" || !(await keepTemplate(text, { ...wanted, title: "" }))) return;
    say({ title: t("templates.kept", { name: text }) });
    onClose();
  };
  return (
    <Dialog title={t("templates.title")} open onClose={onClose} className="w-[480px] max-w-full">
      <div className="flex flex-col gap-4">
        {known.length === 0 ? (
          <p className="text-sm text-fg-2">{t("templates.none")}</p>
        ) : (
          <ul className="flex flex-col">
            {known.map((each) => (
              <li key={each.id} className="flex min-h-11 items-center gap-2 border-b border-line py-1">
                <span className="min-w-0 flex-1">
                  <span className="block truncate text-sm font-medium">{each.name}</span>
                  <span className="num block text-2xs text-fg-3">{moment(each.created_at)}</span>
                </span>
                {onUse && (
                  <Button
                    size="sm"
                    aria-label={t("templates.useOne", { name: each.name })}
                    onClick={() => {
                      onUse(each.wanted);
                      onClose();
                    }}
                  >
                    {t("templates.use")}
                  </Button>
                )}
                <IconButton size="sm" label={t("templates.drop", { name: each.name })} onClick={() => void dropTemplate(each.id)}>
                  <Trash2 size={14} aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
        <div className="flex items-end gap-2">
          <TextField label={t("templates.name")} value={name} onChange={setName} maxLength={100} onEnter={() => void keep()} className="min-w-0 flex-1" help={known.some((each) => each.name === text) ? t("templates.instead") : undefined} />
          <Button disabled={text === ""} onClick={() => void keep()}>
            {t("templates.keep")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
