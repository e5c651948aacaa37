/** A lineage in words: what it came from, what came of it, each below what it was made of. */

import "@/i18n/lineage";
import { useTranslation } from "react-i18next";
import type { Lineage, Node } from "@/api";
import { count } from "@/lib/format";
import { cx } from "@/ui";
import { shaped, type Shape } from "./shape";
import { useTold } from "./told";

interface ListProps {
  lineage: Lineage;
  onOpen: (id: string) => void;
  onWiden: (() => void) | undefined;
}

export function List({ lineage, onOpen, onWiden }: ListProps) {
  const { t } = useTranslation("lineage");
  const shape = shaped(lineage, "right");
  const here = shape.placed.get(lineage.asset);
  const before = here ? above(shape, lineage.asset) : [];
  const siblings = here?.siblings ?? [];
  const row = { shape, onOpen, onWiden };
  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto max-w-2xl px-4 py-4">
        <Part title={t("cameFrom")}>{before.length === 0 ? null : before.map((id) => <Row key={id} id={id} {...row} />)}</Part>
        <Part title={t("here")}>
          <Row id={lineage.asset} {...row} />
        </Part>
        <Part title={t("became")}>{(here?.children.length ?? 0) === 0 ? null : <Below id={lineage.asset} seen={new Set()} {...row} />}</Part>
        {siblings.length > 0 && <Part title={t("siblings")}>{siblings.map((id) => <Row key={id} id={id} {...row} />)}</Part>}
      </div>
    </div>
  );
}

/** What it was made from, over all generations, the oldest first. */
function above({ placed }: Shape, id: string): string[] {
  const found = new Set<string>();
  const waiting = [...(placed.get(id)?.parents ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(placed.get(next)?.parents ?? []));
  }
  return [...found].sort();
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  const { t } = useTranslation("lineage");
  return (
    <section className="mb-5">
      <h3 className="mb-1.5 text-xs font-medium text-fg-3">{title}</h3>
      {children === null ? <p className="text-sm text-fg-3">{t("nothing")}</p> : <ul className="flex flex-col gap-1">{children}</ul>}
    </section>
  );
}

interface RowProps {
  id: string;
  shape: Shape;
  onOpen: (id: string) => void;
  onWiden: (() => void) | undefined;
}

function Below({ id, seen, ...row }: RowProps & { seen: Set<string> }) {
  const { t } = useTranslation("lineage");
  const one = row.shape.placed.get(id)!;
  return (
    <>
      {one.children
        .toSorted()
        .reverse()
        .map((child) => {
          if (seen.has(child)) return null;
          seen.add(child);
          const grown = row.shape.placed.get(child)!;
          return (
            <Row key={child} id={child} {...row}>
              {(grown.children.length > 0 || grown.hidden.children > 0) && (
                <ul className="mt-1 ml-5 flex flex-col gap-1 border-l border-line pl-3">
                  <Below id={child} seen={seen} {...row} />
                </ul>
              )}
            </Row>
          );
        })}
      {one.hidden.children > 0 && (
        <li className="text-sm text-fg-2">
          {row.onWiden ? (
            <button type="button" onClick={row.onWiden} className="min-h-8 rounded-sm px-2 font-medium text-accent-text hover:bg-hover coarse:min-h-11">
              {t("more", { n: count(one.hidden.children) })}
            </button>
          ) : (
            t("more", { n: count(one.hidden.children) })
          )}
        </li>
      )}
    </>
  );
}

function Row({ id, shape, onOpen, children }: RowProps & { children?: React.ReactNode }) {
  const told = useTold();
  const node: Node = shape.placed.get(id)!.node;
  const { title, by, whole, state } = told(node);
  return (
    <li>
      <button
        type="button"
        disabled={node.state === "erased"}
        onClick={() => onOpen(id)}
        className={cx("flex w-full items-center gap-3 rounded-md p-1.5 text-left hover:bg-hover disabled:hover:bg-transparent", node.state !== "here" && "opacity-70")}
      >
        {node.thumbnail === null ? <span className="size-11 shrink-0 rounded-sm bg-sunken" /> : <img src={`${node.thumbnail}?size=256`} alt="" loading="lazy" className="checkered size-11 shrink-0 rounded-sm object-cover" />}
        <span className="min-w-0 flex-1">
          <bdi className="block truncate text-sm font-medium">{title}</bdi>
          <span className="block truncate text-xs text-fg-3">{[by, state].filter(Boolean).join(" · ")}</span>
        </span>
        <span className="num max-w-[45%] shrink-0 text-right text-xs text-fg-2">{whole}</span>
      </button>
      {children}
    </li>
  );
}
