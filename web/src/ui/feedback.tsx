import type { ReactNode } from "react";
import { cx } from "./cx";

/** How far something is, 0..1, as a ring. */
export function Ring({ value, size = 16, stroke = 2, className }: { value: number; size?: number; stroke?: number; className?: string }) {
  const radius = (size - stroke) / 2;
  const length = 2 * Math.PI * radius;
  return (
    <svg width={size} height={size} className={cx("-rotate-90", className)} aria-hidden>
      <circle cx={size / 2} cy={size / 2} r={radius} fill="none" stroke="currentColor" strokeOpacity={0.28} strokeWidth={stroke} />
      <circle
        cx={size / 2}
        cy={size / 2}
        r={radius}
        fill="none"
        stroke="currentColor"
        strokeWidth={stroke}
        strokeDasharray={length}
        strokeDashoffset={length * (1 - Math.min(1, Math.max(0, value)))}
        strokeLinecap="round"
      />
    </svg>
  );
}

/** How far something is, 0..1, as a line. Without a value nobody knows. */
export function Progress({ value, label, className }: { value: number | null; label: string; className?: string }) {
  const percent = value === null ? null : Math.round(value * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { "aria-valuenow": percent })}
      className={cx("h-0.5 overflow-hidden rounded-full bg-active", className)}
    >
      {percent === null ? (
        <div className="h-full w-full -translate-x-full animate-[sheen_1.4s_linear_infinite] bg-ring" />
      ) : (
        <div className="h-full origin-left bg-ring transition-transform duration-200" style={{ transform: `scaleX(${percent / 100})` }} />
      )}
    </div>
  );
}

interface EmptyProps {
  title: string;
  children?: ReactNode;
  /** Pictures, fanned out. */
  pictures?: readonly string[];
  actions?: ReactNode;
  className?: string;
}

export function Empty({ title, children, pictures = [], actions, className }: EmptyProps) {
  return (
    <div className={cx("mx-auto max-w-[560px] px-6 py-10 text-center", className)}>
      {pictures.length > 0 && (
        <div className="mb-7 flex justify-center -space-x-6" aria-hidden>
          {pictures.map((picture, index) => (
            <img
              key={picture}
              src={picture}
              alt=""
              width={112}
              height={112}
              className={cx("size-28 rounded-xl object-cover shadow-pop", index === 0 && "-rotate-7 translate-y-1", index === 1 && "z-2 -translate-y-2.5", index === 2 && "rotate-7 translate-y-1")}
            />
          ))}
        </div>
      )}
      <h2 className="text-xl font-semibold tracking-[-.02em]">{title}</h2>
      {children !== undefined && <div className="mt-1.5 text-sm text-fg-2">{children}</div>}
      {actions !== undefined && <div className="mt-6">{actions}</div>}
    </div>
  );
}

export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 26 26" aria-hidden>
      <rect width="26" height="26" rx="7.5" fill="var(--accent)" />
      <path d="M13 5.2a7.8 7.8 0 1 0 7.8 7.8" fill="none" stroke="var(--accent-fg)" strokeWidth="2.4" strokeLinecap="round" />
      <circle cx="18.6" cy="7.4" r="1.9" fill="var(--accent-fg)" />
    </svg>
  );
}
