/** The team's kits. They stand in the settings: a kit is made once, and used from a chip where pictures are made. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Download, MoreHorizontal, Plus, Upload } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, body, cache, kits, Problem, type Kit } from "@/api";
import { download } from "@/lib/clipboard";
import { Button, buttonClass, Empty, IconButton, Menu, say } from "@/ui";
import { Editor } from "./Editor";
import { formOf, kitOf } from "./kit";
import { Mock } from "./Mock";

const route = getRouteApi("/inside/settings");
const NEW = "new";

const fresh = () => cache.invalidateQueries({ queryKey: kits.queryKey });
const failed = (error: unknown) => say({ title: error instanceof Problem ? error.message : String(error), bad: true });

export default function Brand() {
  const { t } = useTranslation("brand");
  const { kit: asked } = route.useSearch();
  const navigate = useNavigate();
  const every = useQuery(kits).data;
  const open = (kit: string | undefined) => void navigate({ to: "/settings", search: { part: "brand", kit } });
  if (!every) return <div className="skeleton h-40" role="status" aria-label={t("loading")} />;
  const chosen = every.find((kit) => kit.id === asked);
  if (asked === NEW || chosen) return <Editor key={asked} kit={chosen ?? null} onClose={() => open(undefined)} />;
  return (
    <>
      <p className="-mt-3 text-sm text-fg-2">{t("text")}</p>
      {every.length === 0 ? (
        <Empty
          title={t("empty.title")}
          actions={
            <div className="flex justify-center gap-2">
              <Link to="/settings" search={{ part: "brand", kit: NEW }} className={buttonClass("primary")}>
                <Plus size={15} aria-hidden />
                {t("new")}
              </Link>
              <Import />
            </div>
          }
        >
          {t("empty.text")}
        </Empty>
      ) : (
        <>
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-3">
            {every.map((kit) => (
              <Card key={kit.id} kit={kit} onOpen={() => open(kit.id)} />
            ))}
          </ul>
          <div className="flex flex-wrap gap-2">
            <Link to="/settings" search={{ part: "brand", kit: NEW }} className={buttonClass()}>
              <Plus size={15} aria-hidden />
              {t("new")}
            </Link>
            <Import />
            <Button look="ghost" onClick={() => download("/api/brand/export", "brand.json")}>
              <Download size={15} aria-hidden />
              {t("export")}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

function Card({ kit, onOpen }: { kit: Kit; onOpen: () => void }) {
  const { t } = useTranslation("brand");
  const choose = useMutation({
    mutationFn: () => api.PUT("/api/brand/{name}/default", { params: { path: { name: kit.id } }, body: { default: !kit.default } }),
    onSuccess: fresh,
    onError: failed,
  });
  const remove = async () => {
    try {
      await api.DELETE("/api/brand/{name}", { params: { path: { name: kit.id } } });
    } catch (error) {
      return failed(error);
    }
    await fresh();
    const again = async () => {
      const kept = await body(api.POST("/api/brand", { body: kitOf(formOf(kit)) }));
      if (kit.default) await api.PUT("/api/brand/{name}/default", { params: { path: { name: kept.id } }, body: { default: true } });
      await fresh();
    };
    say({ title: t("removed", { name: kit.title }), action: { label: t("undo"), perform: () => void again().catch(failed) } });
  };
  return (
    <li className="relative overflow-hidden rounded-lg border border-line bg-panel">
      <button type="button" onClick={onOpen} className="block w-full text-left -outline-offset-2 hover:bg-hover">
        <Mock form={formOf(kit)} />
        <span className="block px-3.5 pt-2.5 pr-12 pb-3">
          <span className="flex items-center gap-2">
            <span className="truncate text-sm font-semibold">{kit.title}</span>
            {kit.default && <span className="shrink-0 rounded-full bg-accent-soft px-2 py-0.5 text-2xs font-medium text-fg">{t("default")}</span>}
          </span>
          <span className="mt-0.5 line-clamp-2 block text-xs text-fg-2">{kit.voice === "" ? t("noVoice") : kit.voice}</span>
        </span>
      </button>
      <div className="absolute right-2 bottom-2">
        <Menu
          placement="bottom-end"
          trigger={
            <IconButton label={t("more", { name: kit.title })} size="sm">
              <MoreHorizontal size={16} aria-hidden />
            </IconButton>
          }
          items={[
            { id: "edit", label: t("edit"), onSelect: onOpen },
            { id: "default", label: kit.default ? t("undefault") : t("choose"), onSelect: () => choose.mutate() },
            { id: "export", label: t("exportOne"), onSelect: () => download(`/api/brand/export?kit=${encodeURIComponent(kit.id)}`, `${kit.title}.json`) },
            "-",
            { id: "remove", label: t("remove"), danger: true, onSelect: () => void remove() },
          ]}
        />
      </div>
    </li>
  );
}

function Import() {
  const { t } = useTranslation("brand");
  const file = useRef<HTMLInputElement>(null);
  const take = async (files: FileList | null) => {
    const first = files?.[0];
    if (!first) return;
    try {
      const told: unknown = JSON.parse(await first.text());
      const taken = await body(api.POST("/api/brand/import", { body: told as never }));
      await fresh();
      say({ title: t("imported", { count: taken.length }) });
    } catch (error) {
      if (error instanceof SyntaxError) say({ title: t("noJson"), bad: true });
      else failed(error);
    }
  };
  return (
    <>
      <Button look="ghost" onClick={() => file.current?.click()}>
        <Upload size={15} aria-hidden />
        {t("import")}
      </Button>
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        className="hidden"
        aria-label={t("import")}
        onChange={(event) => {
          void take(event.target.files);
          event.target.value = "";
        }}
      />
    </>
  );
}
