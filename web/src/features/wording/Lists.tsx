/** The lists that a prompt draws from by their names, those that come along and those of one's own. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { List, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api";
import { telling } from "@/features/runs";
import { Button, Dialog, IconButton, TextField } from "@/ui";

const NAME = /^[a-z0-9]+([-_][a-z0-9]+)*$/;

export function Lists() {
  const { t } = useTranslation("wording");
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={t("lists.title")} size="sm" onClick={() => setOpen(true)}>
        <List size={15} aria-hidden />
      </IconButton>
      <Dialog title={t("lists.title")} open={open} onClose={() => setOpen(false)}>
        {open && <Every />}
      </Dialog>
    </>
  );
}

function Every() {
  const { t } = useTranslation("wording");
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: ["word lists"], queryFn: () => body(api.GET("/api/prompts/lists")) });
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const plain = name.trim().toLowerCase();
  const entries = text.split("\n").flatMap((line) => line.trim() || []);
  const changed = () => {
    for (const noun of ["word lists", "resolved"]) void client.invalidateQueries({ queryKey: [noun] });
  };
  const keep = async () => {
    const kept = await telling(() => body(api.PUT("/api/prompts/lists/{name}", { params: { path: { name: plain } }, body: { entries } })));
    if (!kept) return;
    setName("");
    setText("");
    changed();
  };
  const drop = async (list: string) => {
    await telling(async () => {
      await api.DELETE("/api/prompts/lists/{name}", { params: { path: { name: list } } });
    });
    changed();
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-fg-2">{t("lists.text")}</p>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextField label={t("lists.name")} value={name} onChange={setName} maxLength={60} error={plain === "" || NAME.test(plain) ? undefined : t("lists.badName")} />
        <TextField label={t("lists.entries")} value={text} onChange={setText} rows={4} />
        <Button type="submit" look="primary" size="sm" className="self-end" disabled={!NAME.test(plain) || entries.length === 0}>
          {t("lists.keep")}
        </Button>
      </form>
      <ul className="flex flex-col">
        {data?.map((list) => (
          <li key={list.name} className="flex items-center gap-2 border-t border-line py-1.5">
            <button
              type="button"
              onClick={() => {
                setName(list.name);
                setText(list.entries.join("\n"));
              }}
              className="min-h-8 min-w-0 flex-1 rounded-sm px-1 text-left hover:bg-hover coarse:min-h-11"
            >
              <span className="text-sm font-medium">{`__${list.name}__`}</span>
              <span className="block truncate text-xs text-fg-3">{list.entries.join(", ")}</span>
            </button>
            {list.own && (
              <IconButton label={t("lists.drop", { name: list.name })} size="sm" onClick={() => void drop(list.name)}>
                <Trash2 size={15} aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
