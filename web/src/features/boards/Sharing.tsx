/** Who sees a board: the team, some of it, and whoever has a link. */

import "@/i18n/boards";
import { useQuery } from "@tanstack/react-query";
import { Copy, KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { telling } from "@/features/runs";
import { copyText } from "@/lib/clipboard";
import { day, moment } from "@/lib/format";
import { Button, Dialog, Segment, Select, Switch, TextField } from "@/ui";
import { change, changeLink, fresh, linksOf, makeLink, name, peopleOf, revoke, ROLES, type Board, type Link, type Role } from "./api";

export default function Sharing({ board, onClose }: { board: Board; onClose: () => void }) {
  const { t } = useTranslation("boards");
  return (
    <Dialog title={t("sharing", { title: board.title })} open onClose={onClose} className="max-w-2xl">
      <div className="flex flex-col gap-7">
        <Links board={board} />
        <Team board={board} />
      </div>
    </Dialog>
  );
}

function Team({ board }: { board: Board }) {
  const { t } = useTranslation("boards");
  const { data: people } = useQuery(peopleOf(board.id));
  return (
    <section className="flex flex-col gap-3">
      <h3 className="text-sm font-semibold">{t("team.title")}</h3>
      <Select
        label={t("team.everybody")}
        value={board.everybody ?? "nobody"}
        onChange={(role) => void telling(() => change(board.id, { everybody: role as Role | "nobody" })).then(() => fresh(board.id))}
        items={[{ value: "nobody", label: t("team.nobody") }, ...ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))]}
      />
      <ul className="flex flex-col gap-1">
        {people?.map((person) => (
          <li key={person.id} className="flex items-center justify-between gap-3">
            <bdi className="truncate text-sm">{person.name}</bdi>
            <Select
              label={t("team.role", { name: person.name })}
              hideLabel
              size="sm"
              className="w-44"
              value={person.role ?? "none"}
              onChange={(role) => void telling(() => name(board.id, person.id, role === "none" ? null : (role as Role))).then(() => fresh(board.id))}
              items={[{ value: "none", label: t("team.asAll") }, ...ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))]}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Links({ board }: { board: Board }) {
  const { t } = useTranslation("boards");
  const { data: links } = useQuery(linksOf(board.id));
  const [making, setMaking] = useState(false);
  const [url, setUrl] = useState<string | null>(null);
  const holds = links?.filter((link) => link.revoked_at === null) ?? [];
  return (
    <section className="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{t("links.title")}</h3>
        {!making && (
          <Button size="sm" look="primary" onClick={() => (setMaking(true), setUrl(null))}>
            <Plus size={14} aria-hidden />
            {t("links.new")}
          </Button>
        )}
      </div>
      {url !== null && (
        <div role="status" className="flex flex-col gap-2 rounded-lg border border-line bg-accent-soft p-3">
          <p className="text-xs">{t("links.once")}</p>
          <div className="flex items-center gap-2">
            <code className="min-w-0 flex-1 truncate font-mono text-xs">{url}</code>
            <Button size="sm" onClick={() => void copyText(url)}>
              <Copy size={14} aria-hidden />
              {t("links.copy")}
            </Button>
          </div>
        </div>
      )}
      {making && (
        <NewLink
          board={board}
          onMade={(made) => {
            setUrl(made);
            setMaking(false);
            void fresh(board.id);
          }}
          onClose={() => setMaking(false)}
        />
      )}
      {holds.length === 0 && !making && <p className="text-sm text-fg-2">{t("links.none")}</p>}
      <ul className="flex flex-col gap-2">
        {holds.map((link) => (
          <One key={link.id} board={board} link={link} />
        ))}
      </ul>
    </section>
  );
}

function One({ board, link }: { board: Board; link: Link }) {
  const { t } = useTranslation("boards");
  const over = link.expires_at !== null && Date.parse(link.expires_at) < Date.now();
  const told = [
    t(`roles.${link.role}`),
    ...(link.has_password ? [t("links.locked")] : []),
    ...(link.downloads ? [t("links.downloads")] : []),
    ...(link.watermark !== "" ? [t("links.marked", { text: link.watermark })] : []),
    ...(link.recipes ? [t("links.recipes")] : []),
    ...(link.expires_at === null ? [] : [over ? t("links.expired") : t("links.until", { day: day(link.expires_at) })]),
  ];
  const end = () => void telling(() => revoke(board.id, link.id)).then(() => fresh(board.id));
  return (
    <li className="rounded-lg border border-line px-3 py-2.5">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-1.5 text-sm font-medium">
            {link.has_password && <KeyRound size={13} aria-hidden className="shrink-0 text-fg-3" />}
            <bdi className="truncate">{link.name === "" ? t("links.nameless") : link.name}</bdi>
          </p>
          <p className="text-xs text-fg-2">{told.join(" · ")}</p>
          <p className="text-xs text-fg-3">
            {t("links.by", { name: link.by, day: day(link.created_at) })}
            {" · "}
            {link.opened_at === null ? t("links.unseen") : t("links.views", { count: link.views, when: moment(link.opened_at) })}
          </p>
        </div>
        {over && (
          <Button size="sm" onClick={() => void telling(() => changeLink(board.id, link.id, { expires_at: "never" })).then(() => fresh(board.id))}>
            {t("links.again")}
          </Button>
        )}
        <Button size="sm" look="danger" onClick={end}>
          {t("links.revoke")}
        </Button>
      </div>
    </li>
  );
}

const DAYS = { day: 1, week: 7, month: 30 } as const;

function NewLink({ board, onMade, onClose }: { board: Board; onMade: (url: string) => void; onClose: () => void }) {
  const { t } = useTranslation(["boards", "ui"]);
  const [called, setCalled] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [holds, setHolds] = useState<keyof typeof DAYS | "always">("always");
  const [password, setPassword] = useState("");
  const [downloads, setDownloads] = useState(false);
  const [watermark, setWatermark] = useState("");
  const [names, setNames] = useState(false);
  const [recipes, setRecipes] = useState(false);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    const expires_at = holds === "always" ? null : new Date(Date.now() + DAYS[holds] * 86_400_000).toISOString();
    const made = await telling(() => makeLink(board.id, { name: called, role, expires_at, password, downloads, watermark, names, recipes }));
    setBusy(false);
    if (made) onMade(made.url);
  };
  return (
    <form
      className="flex flex-col gap-3.5 rounded-lg border border-line p-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <TextField label={t("links.name")} value={called} onChange={setCalled} maxLength={200} placeholder={t("links.nameHint")} />
      <div>
        <Segment label={t("links.role")} value={role} onChange={(next) => setRole(next as Role)} items={ROLES.filter((one) => one !== "uploader" || board.collection === null).map((one) => ({ value: one, label: t(`roles.${one}`) }))} />
        <p className="mt-1 text-xs text-fg-3">{t(`rolesText.${role}`)}</p>
      </div>
      <Segment label={t("links.expiry")} value={holds} onChange={(next) => setHolds(next as typeof holds)} items={(["always", "day", "week", "month"] as const).map((one) => ({ value: one, label: t(`links.holds.${one}`) }))} />
      <TextField label={t("links.password")} value={password} onChange={setPassword} maxLength={200} autoComplete="off" help={t("links.passwordHelp")} />
      <TextField label={t("links.watermark")} value={watermark} onChange={setWatermark} maxLength={60} help={t("links.watermarkHelp")} />
      <Switch label={t("links.downloads")} checked={downloads} onChange={setDownloads} help={watermark === "" ? t("links.downloadsHelp") : t("links.downloadsMarked")} />
      <Switch label={t("links.names")} checked={names} onChange={setNames} help={t("links.namesHelp")} />
      <Switch label={t("links.recipes")} checked={recipes} onChange={setRecipes} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("ui:cancel")}</Button>
        <Button look="primary" type="submit" disabled={busy}>
          {t("links.make")}
        </Button>
      </div>
    </form>
  );
}
