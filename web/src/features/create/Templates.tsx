/** Templates: found by words or by a sentence, looked at, their gaps filled, and then in the form. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, Ellipsis, FilePlus2, FileUp, Star, X } from "lucide-react";
import { useDeferredValue, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, templatesOf, type Operation, type Template } from "@/api";
import { said, type Form } from "@/features/forms";
import { download } from "@/lib/clipboard";
import type { CreateSearch } from "@/shell/router";
import { Button, cx, IconButton, Menu, say, Segment, TextField } from "@/ui";
import { OwnTemplate } from "./OwnTemplate";
import { Opened } from "./TemplateOpened";
import { complain, Drawn, like, nameOf, templatesAnew } from "./templateParts";

interface TemplatesProps {
  form: Form;
  creates: readonly Operation[];
  onOperation: (op: string) => void;
  onUsed: () => void;
}

type Which = "all" | "liked" | "own";

export default function Templates({ form, creates, onOperation, onUsed }: TemplatesProps) {
  const { t } = useTranslation("presets");
  const { template: id }: CreateSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = (template: string | undefined) => void navigate({ to: "/create", search: (old: CreateSearch) => ({ ...old, tab: "templates", template }) });
  const [words, setWords] = useState("");
  const [which, setWhich] = useState<Which>("all");
  const [saving, setSaving] = useState(false);
  const every = useQuery(templatesOf()).data;
  const asked = useDeferredValue(words.trim());
  const answer = useQuery({ ...templatesOf(asked), placeholderData: keepPreviousData }).data ?? [];
  const file = useRef<HTMLInputElement>(null);
  if (!every) return <div className="skeleton m-4 h-40" />;
  if (id !== undefined) {
    const opened = every.find((template) => template.id === id);
    return <Opened key={id} template={opened} {...{ form, creates, onOperation, onUsed }} onBack={() => open(undefined)} />;
  }
  const found = answer.filter((template) => which === "all" || (which === "liked" ? template.favorite : template.own));
  const groups = asked === "" ? grouped(found) : [{ title: "", templates: found }];
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      const taken = await body(api.POST("/api/templates/import", { body: JSON.parse(await chosen.text()) as never }));
      await templatesAnew();
      say({ title: t("templates.imported", { count: taken.length }) });
    } catch (error) {
      complain(error);
    }
  };
  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex gap-1.5">
        <TextField label={t("templates.search")} hideLabel placeholder={t("templates.search")} value={words} onChange={setWords} className="min-w-0 flex-1" />
        <Menu
          trigger={
            <IconButton label={t("templates.more")}>
              <Ellipsis size={17} aria-hidden />
            </IconButton>
          }
          items={[
            { id: "save", label: t("templates.save"), icon: <FilePlus2 size={15} aria-hidden />, onSelect: () => setSaving(true) },
            "-",
            { id: "import", label: t("templates.import"), icon: <FileUp size={15} aria-hidden />, onSelect: () => file.current?.click() },
            { id: "export", label: t("templates.export"), icon: <Download size={15} aria-hidden />, disabled: !every.some((template) => template.own), onSelect: () => void hand() },
          ]}
        />
        <input ref={file} type="file" accept=".json,application/json" className="hidden" aria-label={t("templates.file")} onChange={(event) => void take(event.target.files?.[0])} />
      </div>
      <Segment
        label={t("templates.show")}
        hideLabel
        value={which}
        onChange={(next) => setWhich(next as Which)}
        items={[
          { value: "all", label: t("templates.all") },
          { value: "liked", label: t("templates.liked") },
          { value: "own", label: t("templates.own") },
        ]}
      />
      {groups.map((group) => (
        <section key={group.title} aria-label={group.title === "" ? undefined : said(group.title)}>
          {group.title !== "" && <h3 className="mt-1.5 mb-2 text-2xs font-medium text-fg-3">{said(group.title)}</h3>}
          <ul className="grid grid-cols-2 gap-2.5">
            {group.templates.map((template) => (
              <Card key={template.id} template={template} answers={asked !== ""} onOpen={() => open(template.id)} />
            ))}
          </ul>
        </section>
      ))}
      {found.length === 0 && (
        <div className="px-2 py-8 text-center text-sm text-fg-2">
          <p>{asked !== "" ? t("templates.nothing") : t(which === "own" ? "templates.noneOwn" : "templates.noneLiked")}</p>
          {asked !== "" ? (
            <Button className="mt-4" onClick={() => setWords("")}>
              <X size={15} aria-hidden />
              {t("templates.clear")}
            </Button>
          ) : (
            which === "own" && (
              <Button className="mt-4" onClick={() => setSaving(true)}>
                <FilePlus2 size={15} aria-hidden />
                {t("templates.save")}
              </Button>
            )
          )}
        </div>
      )}
      {saving && <OwnTemplate template={null} values={form.values} onClose={() => setSaving(false)} onKept={(kept) => open(kept.id)} />}
    </div>
  );
}

async function hand(): Promise<void> {
  try {
    const told = await body(api.GET("/api/templates/export"));
    const url = URL.createObjectURL(new Blob([JSON.stringify(told, null, 2)], { type: "application/json" }));
    download(url, "templates.json");
    URL.revokeObjectURL(url);
  } catch (error) {
    complain(error);
  }
}

function grouped(templates: readonly Template[]): { title: string; templates: Template[] }[] {
  const groups = new Map<string, Template[]>();
  for (const template of templates) {
    const title = template.own ? template.category_title : template.platform_title;
    groups.set(title, [...(groups.get(title) ?? []), template]);
  }
  return [...groups].map(([title, each]) => ({ title, templates: each }));
}

function Card({ template, answers, onOpen }: { template: Template; answers: boolean; onOpen: () => void }) {
  const { t } = useTranslation("presets");
  const why = answers ? template.why.filter((reason) => reason.kind !== "title" && reason.kind !== "size").map((reason) => (reason.kind === "shape" ? t(`why.${reason.value as "square"}`) : said(reason.value))) : [];
  return (
    <li className="group/card relative min-w-0">
      <button type="button" onClick={onOpen} className="block w-full rounded-md text-left">
        <span className="relative block aspect-[4/3] overflow-hidden rounded-md bg-canvas ring-1 ring-line transition-shadow group-hover/card:ring-line-2">
          <Drawn template={template} />
        </span>
        <span className="mt-1.5 line-clamp-2 text-xs leading-4 font-medium">{nameOf(template)}</span>
        <span className="num block truncate text-2xs text-fg-3">{why.length > 0 ? why.join(" · ") : t("templates.size", { width: template.width, height: template.height })}</span>
      </button>
      <button
        type="button"
        aria-pressed={template.favorite}
        aria-label={t("templates.like", { name: nameOf(template) })}
        onClick={() => void like(template)}
        className={cx("absolute top-1 right-1 grid size-7 place-items-center rounded-full bg-black/45 text-white transition-opacity focus-visible:opacity-100 coarse:size-9 coarse:opacity-100", !template.favorite && "opacity-0 group-hover/card:opacity-100")}
      >
        <Star size={14} aria-hidden className={template.favorite ? "fill-current" : ""} />
      </button>
    </li>
  );
}
