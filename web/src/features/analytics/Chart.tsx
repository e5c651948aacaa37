/** Bars over time, drawn by hand. What is drawn is said in a sentence, and stands in a table under it. */

import "@/i18n/keeping";
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "@/ui";
import { ceiling, STUDIOS } from "./figures";

const HEIGHT = 160;
const WIDE = 720;
const HUES = [128, 255, 60, 310, 200, 25, 95, 285, 0];

/** A studio's colour; uploads are grey, as they were not made here. */
export function colourOf(studio: string): string {
  const place = STUDIOS.indexOf(studio as (typeof STUDIOS)[number]);
  return `oklch(var(--chart-l) ${studio === "upload" ? 0 : 0.13} ${HUES[Math.max(0, place)]})`;
}

export interface Bar {
  key: string;
  /** What the bar is called in its tip and under the axis. */
  name: string;
  blocks: readonly { colour: string; from: number; to: number }[];
  total: number;
  tip: ReactNode;
}

interface ChartProps {
  title: string;
  /** Everything that the picture says, for who cannot see it. */
  label: string;
  bars: readonly Bar[];
  said: (value: number) => string;
  legend?: ReactNode;
  table: ReactNode;
}

export function Chart({ title, label, bars, said, legend, table }: ChartProps) {
  const { t } = useTranslation("keeping");
  const id = useId();
  const [near, setNear] = useState<number | null>(null);
  const top = ceiling(Math.max(0, ...bars.map((bar) => bar.total)));
  const step = WIDE / Math.max(1, bars.length);
  const width = Math.min(28, Math.max(1.5, step * 0.72));
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT;
  const shown = near === null ? undefined : bars[near];
  const first = bars[0]?.name;
  const last = bars.at(-1)?.name;
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-lg border border-line bg-panel p-4 [--chart-l:.58] dark:[--chart-l:.76]">
      <div className="flex min-h-6 items-baseline justify-between gap-3">
        <h3 id={id} className="text-sm font-semibold">
          {title}
        </h3>
        <p className="num truncate text-xs text-fg-2" aria-hidden>
          {shown && (
            <>
              <span className="text-fg-3">{shown.name}</span> {shown.tip}
            </>
          )}
        </p>
      </div>
      <div className="mt-3 flex gap-2">
        <div aria-hidden className="num flex w-12 shrink-0 flex-col justify-between text-right text-2xs text-fg-3" style={{ height: HEIGHT }}>
          <span className="-mt-2">{said(top)}</span>
          <span>{said(top / 2)}</span>
          <span className="-mb-2">{said(0)}</span>
        </div>
        <svg role="img" aria-label={label} viewBox={`0 0 ${WIDE} ${HEIGHT}`} preserveAspectRatio="none" className="min-w-0 flex-1 overflow-visible" style={{ height: HEIGHT }} onPointerLeave={() => setNear(null)}>
          {[0, 0.5, 1].map((part) => (
            <line key={part} x1={0} x2={WIDE} y1={HEIGHT * part} y2={HEIGHT * part} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
          ))}
          {bars.map((bar, index) => (
            <g key={bar.key} onPointerEnter={() => setNear(index)}>
              <rect x={index * step} y={0} width={step} height={HEIGHT} fill={near === index ? "var(--hover)" : "transparent"} />
              {bar.blocks.map((block) => (
                <rect key={`${block.from}`} x={index * step + (step - width) / 2} y={y(block.to)} width={width} height={Math.max(0, y(block.from) - y(block.to))} fill={block.colour} />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <div aria-hidden className="num mt-1.5 flex justify-between pl-14 text-2xs text-fg-3">
        <span>{first}</span>
        {last !== first && <span>{last}</span>}
      </div>
      {legend}
      <details className="mt-3">
        <summary className="min-h-6 cursor-default text-xs font-medium text-fg-2 hover:text-fg coarse:min-h-11">{t("analytics.table")}</summary>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls can be reached by the keyboard */}
        <div tabIndex={0} role="region" aria-label={`${title}: ${t("analytics.table")}`} className="mt-2 max-h-72 overflow-auto">
          {table}
        </div>
      </details>
    </section>
  );
}

export function Legend({ studios, said }: { studios: readonly string[]; said: (studio: string) => string }) {
  return (
    <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2">
      {studios.map((studio) => (
        <li key={studio} className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-xs" style={{ backgroundColor: colourOf(studio) }} />
          {said(studio)}
        </li>
      ))}
    </ul>
  );
}

export function Table({ heads, rows, className }: { heads: readonly string[]; rows: readonly (readonly [string, ...ReactNode[]])[]; className?: string }) {
  return (
    <table className={cx("w-full text-xs", className)}>
      <thead>
        <tr className="text-left text-fg-3">
          {heads.map((head, place) => (
            <th key={head} scope="col" className={cx("py-1 pr-3 font-medium whitespace-nowrap", place > 0 && "text-right last:pr-0")}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([key, ...cells]) => (
          <tr key={key} className="border-t border-line">
            {cells.map((cell, place) =>
              place === 0 ? (
                <th key={place} scope="row" className="max-w-56 truncate py-1.5 pr-3 text-left font-normal">
                  {cell}
                </th>
              ) : (
                <td key={place} className="num py-1.5 pr-3 text-right text-fg-2 last:pr-0">
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
