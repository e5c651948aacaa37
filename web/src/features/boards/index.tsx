/** Boards: pictures that are shown to others, what these say of them, and what they decide. */

import "@/i18n/boards";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link as Way } from "@tanstack/react-router";
import { ExternalLink, Images, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api";
import { Button, buttonClass, Dialog, Empty, TextField } from "@/ui";
import { telling } from "@/features/runs";
import { boards, create, fresh, type Board } from "./api";
import { Open } from "./Open";

const route = getRouteApi("/inside/boards");

export default function Boards() {
  const { board } = route.useSearch();
  return board === undefined ? <List /> : <Open key={board} id={board} />;
}

function List() {
  const { t } = useTranslation(["boards", "ui"]);
  const navigate = route.useNavigate();
  const { data: every, error, refetch } = useQuery(boards);
  const [asking, setAsking] = useState(false);
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const make = async () => {
    if (title.trim() === "" || busy) return;
    setBusy(true);
    const made = await telling(() => create(title.trim(), {}));
    setBusy(false);
    if (!made) return;
    setAsking(false);
    await fresh(made.id);
    void navigate({ to: "/boards", search: { board: made.id } });
  };
  const fresher = (
    <Button look={every?.length === 0 ? "primary" : "default"} onClick={() => setAsking(true)}>
      <Plus size={15} aria-hidden />
      {t("new")}
    </Button>
  );
  return (
    <main className="h-full overflow-auto bg-canvas p-5 max-md:p-3">
      {error && !every ? (
        <Empty title={t("trouble")} actions={<Button onClick={() => void refetch()}>{t("ui:retry")}</Button>} className="pt-[14vh]">
          {error instanceof Problem ? error.message : null}
        </Empty>
      ) : !every ? (
        <div className="grid grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-4" role="status" aria-label={t("loading")}>
          {Array.from({ length: 4 }, (_, index) => (
            <div key={index} className="skeleton h-56" />
          ))}
        </div>
      ) : every.length === 0 ? (
        <Empty
          title={t("empty.title")}
          className="pt-[14vh]"
          actions={
            <div className="flex flex-wrap justify-center gap-2">
              {fresher}
              <Way to="/library" className={buttonClass()}>
                <Images size={15} aria-hidden />
                {t("empty.library")}
              </Way>
            </div>
          }
        >
          {t("empty.text")}
        </Empty>
      ) : (
        <>
          <div className="mb-4 flex items-center justify-between gap-3">
            <p className="text-sm text-fg-2">{t("text")}</p>
            {fresher}
          </div>
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-4">
            {every.map((board) => (
              <Card key={board.id} board={board} />
            ))}
          </ul>
        </>
      )}
      <Dialog
        title={t("new")}
        open={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
            <Button look="primary" disabled={title.trim() === ""} onClick={() => void make()}>
              {t("make")}
            </Button>
          </>
        }
      >
        <TextField label={t("title")} value={title} onChange={setTitle} maxLength={200} onEnter={() => void make()} />
      </Dialog>
    </main>
  );
}

function Card({ board }: { board: Board }) {
  const { t } = useTranslation("boards");
  const [first, ...others] = board.covers;
  return (
    <li>
      <Way to="/boards" search={{ board: board.id }} className="block overflow-hidden rounded-lg border border-line bg-panel hover:border-line-2">
        <span className="grid aspect-[3/2] grid-cols-[2fr_1fr] grid-rows-3 gap-0.5 bg-hover" aria-hidden>
          {first !== undefined && <Picture id={first} className={others.length === 0 ? "col-span-2 row-span-3" : "row-span-3"} />}
          {others.map((id) => (
            <Picture key={id} id={id} />
          ))}
        </span>
        <span className="block px-3.5 py-3">
          <bdi className="block truncate text-sm font-semibold">{board.title}</bdi>
          <span className="mt-0.5 flex flex-wrap gap-x-2 text-xs text-fg-2">
            {t("pictures", { count: board.count })}
            {board.links > 0 && (
              <span className="flex items-center gap-1">
                <ExternalLink size={12} aria-hidden />
                {t("linked", { count: board.links })}
              </span>
            )}
            {board.waiting > 0 && <span className="text-warn">{t("waits", { count: board.waiting })}</span>}
          </span>
        </span>
      </Way>
    </li>
  );
}

function Picture({ id, className = "" }: { id: string; className?: string }) {
  return <img src={`/api/assets/${id}/thumbnail?size=512`} alt="" loading="lazy" className={`size-full min-h-0 object-cover ${className}`} />;
}
