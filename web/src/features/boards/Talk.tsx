/** A picture of a board with what is said of it: pins, threads, and what was decided. */

import "@/i18n/boards";
import { useQuery } from "@tanstack/react-query";
import { Check, ChevronLeft, ChevronRight, MapPin, PenLine, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Playing } from "@/features/assets/Playing";
import { looked } from "@/features/keeping/looked";
import { telling } from "@/features/runs";
import { moment } from "@/lib/format";
import { Button, cx, Dialog, IconButton } from "@/ui";
import { decide, fresh, remarksOf, reword, say, unsay, type Board, type Item, type Remark } from "./api";

interface TalkProps {
  board: Board;
  items: readonly Item[];
  asset: string;
  onGo: (asset: string) => void;
  onClose: () => void;
}

interface Point {
  x: number;
  y: number;
}

const STEP = 0.02;
const share = (value: number) => Math.min(1, Math.max(0, Math.round(value * 1e4) / 1e4));

export default function Talk({ board, items, asset, onGo, onClose }: TalkProps) {
  const { t } = useTranslation(["boards", "ui"]);
  const { data: remarks } = useQuery(remarksOf(board.id));
  const [draft, setDraft] = useState<Point | null>(null);
  useEffect(() => looked(asset), [asset]);
  const at = items.findIndex((item) => item.asset.id === asset);
  const item = items[at];
  if (!item) return null;
  const talks = board.standing !== "viewer";
  const own = remarks?.filter((remark) => remark.asset === asset) ?? [];
  const threads = own.filter((remark) => remark.thread === null);
  const turn = (step: 1 | -1) => {
    setDraft(null);
    onGo(items[(at + step + items.length) % items.length]!.asset.id);
  };
  return (
    <Dialog title={item.asset.title} open onClose={onClose} sheet="full" look="bare" className="!bg-canvas">
      <div className="flex size-full min-h-0 flex-col">
        <div className="flex h-13 shrink-0 items-center gap-1 border-b border-line bg-panel px-3">
          <bdi className="min-w-0 flex-1 truncate text-sm font-semibold" aria-hidden>
            {item.asset.title}
          </bdi>
          <span className="num text-xs text-fg-3">{`${at + 1} / ${items.length}`}</span>
          <IconButton label={t("talk.previous")} onClick={() => turn(-1)} disabled={items.length < 2}>
            <ChevronLeft size={18} aria-hidden />
          </IconButton>
          <IconButton label={t("talk.next")} onClick={() => turn(1)} disabled={items.length < 2}>
            <ChevronRight size={18} aria-hidden />
          </IconButton>
          <IconButton label={t("ui:close")} keys="escape" onClick={onClose}>
            <X size={18} aria-hidden />
          </IconButton>
        </div>
        <div className="flex min-h-0 flex-1 max-md:flex-col max-md:overflow-auto">
          <div className="grid min-w-0 flex-1 place-items-center p-4 max-md:min-h-[52dvh] max-md:flex-none md:[container-type:size]">
            {item.asset.kind === "image" ? (
              <div className="relative w-full md:w-[min(100cqw,100cqh*var(--ratio))]" style={{ aspectRatio: item.asset.width / item.asset.height, ["--ratio" as string]: item.asset.width / item.asset.height }}>
                {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- the button "Pin to a point" does the same by keys */}
                <img
                  src={item.asset.preview}
                  alt={item.asset.title}
                  draggable={false}
                  className={cx("size-full", talks && "cursor-crosshair")}
                  onClick={(event) => {
                    if (!talks) return;
                    const box = event.currentTarget.getBoundingClientRect();
                    setDraft({ x: share((event.clientX - box.left) / box.width), y: share((event.clientY - box.top) / box.height) });
                  }}
                />
                {threads.map((remark, index) =>
                  remark.x === null || remark.y === null ? null : (
                    <Pin key={remark.id} point={{ x: remark.x, y: remark.y }} settled={remark.resolved_at !== null} label={t("talk.pin", { n: index + 1, name: remark.by })} onClick={() => document.getElementById(remark.id)?.focus()}>
                      {index + 1}
                    </Pin>
                  ),
                )}
                {draft && (
                  <Pin
                    point={draft}
                    drafted
                    label={t("talk.draft")}
                    onClick={() => document.getElementById("say")?.focus()}
                    onMove={(x, y) => setDraft({ x: share(draft.x + x * STEP), y: share(draft.y + y * STEP) })}
                  >
                    <MapPin size={14} aria-hidden />
                  </Pin>
                )}
              </div>
            ) : (
              <Playing asset={item.asset} />
            )}
          </div>
          <aside aria-label={t("talk.label")} className="flex w-84 shrink-0 flex-col gap-4 overflow-auto border-l border-line bg-panel p-4 max-md:w-full max-md:overflow-visible max-md:border-l-0">
            <Decision key={`${asset} ${item.verdict?.at ?? ""}`} board={board} item={item} />
            <h3 className="text-sm font-semibold">{t("talk.label")}</h3>
            {threads.length === 0 && <p className="text-xs text-fg-3">{talks ? t("talk.silent") : t("talk.none")}</p>}
            <ol className="flex flex-col gap-4">
              {threads.map((remark, index) => (
                <Thread key={remark.id} board={board} remark={remark} answers={own.filter((each) => each.thread === remark.id)} number={remark.x === null ? undefined : index + 1} />
              ))}
            </ol>
            {talks && (
              <Say
                key={asset}
                id="say"
                label={t("talk.say")}
                onSay={async (words) => {
                  const done = await telling(() => say(board.id, { asset, words, thread: null, ...(draft ?? { x: null, y: null }) }));
                  await fresh(board.id);
                  if (done) setDraft(null);
                  return done !== undefined;
                }}
                onCancel={draft ? () => setDraft(null) : undefined}
              >
                {item.asset.kind === "image" && !draft && (
                  <Button size="sm" look="ghost" onClick={() => setDraft({ x: 0.5, y: 0.5 })}>
                    <MapPin size={14} aria-hidden />
                    {t("talk.point")}
                  </Button>
                )}
              </Say>
            )}
          </aside>
        </div>
      </div>
    </Dialog>
  );
}

interface PinProps {
  point: Point;
  label: string;
  settled?: boolean;
  drafted?: boolean;
  onClick: () => void;
  onMove?: (x: number, y: number) => void;
  children: ReactNode;
}

const WAYS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function Pin({ point, label, settled, drafted, onClick, onMove, children }: PinProps) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      onKeyDown={(event) => {
        const way = WAYS[event.key];
        if (!way || !onMove) return;
        event.preventDefault();
        onMove(...way);
      }}
      className={cx(
        "absolute grid size-7 -translate-y-full place-items-center rounded-full rounded-bl-xs border-2 border-white text-xs font-bold shadow-card",
        drafted ? "bg-accent text-accent-fg" : "bg-black/80 text-white",
        settled && "opacity-70",
      )}
      style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
    >
      {children}
    </button>
  );
}

function Thread({ board, remark, answers, number }: { board: Board; remark: Remark; answers: readonly Remark[]; number: number | undefined }) {
  const { t } = useTranslation("boards");
  const [answering, setAnswering] = useState(false);
  const settled = remark.resolved_at !== null;
  const talks = board.standing !== "viewer";
  return (
    <li id={remark.id} tabIndex={-1} className={cx("flex flex-col gap-2", settled && "opacity-80")}>
      <One board={board} remark={remark} number={number} />
      {answers.map((answer) => (
        <div key={answer.id} className="border-l-2 border-line pl-3">
          <One board={board} remark={answer} />
        </div>
      ))}
      {answering ? (
        <Say
          label={t("talk.answer")}
          focus
          onSay={async (words) => {
            const done = await telling(() => say(board.id, { asset: remark.asset, words, thread: remark.id, x: null, y: null }));
            await fresh(board.id);
            if (done) setAnswering(false);
            return done !== undefined;
          }}
          onCancel={() => setAnswering(false)}
        />
      ) : (
        talks && (
          <div className="flex flex-wrap items-center gap-1">
            <Button size="sm" look="ghost" onClick={() => setAnswering(true)}>
              {t("talk.answer")}
            </Button>
            {!remark.deleted && (
              <Button size="sm" look="ghost" onClick={() => void telling(() => reword(board.id, remark.id, { resolved: !settled })).then(() => fresh(board.id))}>
                {settled ? t("talk.reopen") : t("talk.resolve")}
              </Button>
            )}
            {settled && <bdi className="text-xs text-fg-3">{t("talk.resolvedBy", { name: remark.resolved_by })}</bdi>}
          </div>
        )
      )}
    </li>
  );
}

function One({ board, remark, number }: { board: Board; remark: Remark; number?: number | undefined }) {
  const { t } = useTranslation(["boards", "ui"]);
  const [editing, setEditing] = useState(false);
  const takes = !remark.deleted && (remark.mine || board.standing === "editor");
  return (
    <div>
      <p className="flex flex-wrap items-baseline gap-x-1.5 text-xs">
        {number !== undefined && <span className="num grid size-5 place-items-center rounded-full bg-active text-2xs font-bold">{number}</span>}
        <bdi className="font-semibold">{remark.by}</bdi>
        {remark.guest && <span className="text-fg-3">{t("talk.guest")}</span>}
        <span className="text-fg-3">
          {moment(remark.at)}
          {remark.edited_at !== null && ` · ${t("talk.edited")}`}
        </span>
      </p>
      {editing ? (
        <Say
          label={t("talk.edit")}
          text={remark.words}
          focus
          onSay={async (words) => {
            const done = await telling(() => reword(board.id, remark.id, { words }));
            await fresh(board.id);
            setEditing(done === undefined);
            return done !== undefined;
          }}
          onCancel={() => setEditing(false)}
        />
      ) : remark.deleted ? (
        <p className="text-sm text-fg-3 italic">{t("talk.deleted")}</p>
      ) : (
        <bdi className="block text-sm break-words whitespace-pre-wrap">{remark.words}</bdi>
      )}
      {takes && !editing && (
        <div className="-ml-2.5 flex">
          {remark.mine && (
            <Button size="sm" look="ghost" onClick={() => setEditing(true)}>
              {t("talk.edit")}
            </Button>
          )}
          <Button size="sm" look="ghost" onClick={() => void telling(() => unsay(board.id, remark.id)).then(() => fresh(board.id))}>
            {t("talk.delete")}
          </Button>
        </div>
      )}
    </div>
  );
}

interface SayProps {
  label: string;
  id?: string;
  text?: string;
  focus?: boolean;
  onSay: (words: string) => Promise<boolean>;
  onCancel?: (() => void) | undefined;
  children?: ReactNode;
}

/** Words, kept until they were taken. */
function Say({ label, id, text = "", focus, onSay, onCancel, children }: SayProps) {
  const { t } = useTranslation(["boards", "ui"]);
  const [words, setWords] = useState(text);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (words.trim() === "" || busy) return;
    setBusy(true);
    if (await onSay(words)) setWords("");
    setBusy(false);
  };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        id={id}
        aria-label={label}
        placeholder={label}
        value={words}
        rows={2}
        maxLength={4000}
        dir="auto"
        ref={(field) => {
          if (focus && field && document.activeElement !== field && words === text) field.focus();
        }}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.metaKey || event.ctrlKey) && void send()}
        className="field-sizing-content max-h-60 min-h-15 w-full resize-none rounded-md border border-line bg-raised px-3 py-2 text-sm placeholder:text-fg-3 hover:border-line-2"
      />
      <div className="flex flex-wrap justify-end gap-2">
        {children}
        {onCancel && (
          <Button size="sm" onClick={onCancel}>
            {t("ui:cancel")}
          </Button>
        )}
        <Button size="sm" look="primary" type="submit" disabled={words.trim() === ""}>
          {t("talk.send")}
        </Button>
      </div>
    </form>
  );
}

function Decision({ board, item }: { board: Board; item: Item }) {
  const { t } = useTranslation("boards");
  const [why, setWhy] = useState(false);
  const now = item.verdict?.state ?? "open";
  const talks = board.standing !== "viewer";
  const put = (state: "approved" | "changes" | "open", words = "") => telling(() => decide(board.id, item.asset.id, state, words)).then(async (done) => (await fresh(board.id), done !== undefined));
  return (
    <section className="flex flex-col gap-2" aria-label={t("decision")}>
      {talks && (
        <div className="grid grid-cols-2 gap-2">
          <Button aria-pressed={now === "approved"} className={now === "approved" ? "!text-ok" : ""} onClick={() => void put(now === "approved" ? "open" : "approved")}>
            <Check size={15} aria-hidden />
            {now === "approved" ? t("state.approved") : t("approve")}
          </Button>
          <Button aria-pressed={now === "changes"} className={now === "changes" ? "!text-warn" : ""} onClick={() => (now === "changes" ? void put("open") : setWhy(true))}>
            <PenLine size={15} aria-hidden className="shrink-0" />
            {now === "changes" ? t("state.changes") : t("request")}
          </Button>
        </div>
      )}
      {why && <Say label={t("whatChange")} focus onSay={(words) => put("changes", words)} onCancel={() => setWhy(false)} />}
      {item.verdict && now !== "open" && (
        <>
          <p className="text-xs text-fg-2">
            {!talks && `${t(`state.${now}`)} · `}
            <bdi>{item.verdict.by}</bdi>
            {` · ${moment(item.verdict.at)}`}
          </p>
          {item.verdict.words !== "" && <bdi className="block text-sm break-words whitespace-pre-wrap">{item.verdict.words}</bdi>}
        </>
      )}
    </section>
  );
}
