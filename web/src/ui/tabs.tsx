import { createContext, type ReactNode, useContext, useId } from "react";

interface TabsProps {
  label: string;
  items: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
  /** `TabPanel`s. */
  children?: ReactNode;
  className?: string;
}

const Chosen = createContext({ id: "", value: "" });

/** The tabs pattern of ARIA: arrows walk and choose, one tab is in the page's tab order. */
export function Tabs({ label, items, value, onChange, children, className }: TabsProps) {
  const id = useId();
  const walk = (event: React.KeyboardEvent) => {
    const at = items.findIndex((item) => item.value === value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    const next = to === undefined ? undefined : items[(to + items.length) % items.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.value);
    document.getElementById(`${id}${next.value}`)?.focus();
  };
  return (
    <div className={className}>
      <div role="tablist" aria-label={label} tabIndex={-1} onKeyDown={walk} className="flex gap-4 border-b border-line px-4 outline-none">
        {items.map((item) => (
          <button
            key={item.value}
            type="button"
            role="tab"
            id={`${id}${item.value}`}
            aria-selected={item.value === value}
            aria-controls={`${id}panel`}
            tabIndex={item.value === value ? 0 : -1}
            onClick={() => onChange(item.value)}
            className="-mb-px rounded-t-xs border-b-2 border-transparent pt-3 pb-2.5 text-sm font-medium text-fg-2 hover:text-fg aria-selected:border-ring aria-selected:text-fg"
          >
            {item.label}
          </button>
        ))}
      </div>
      <Chosen value={{ id, value }}>{children}</Chosen>
    </div>
  );
}

export function TabPanel({ value, children, className }: { value: string; children: ReactNode; className?: string }) {
  const chosen = useContext(Chosen);
  if (chosen.value !== value) return null;
  return (
    <div role="tabpanel" id={`${chosen.id}panel`} aria-labelledby={`${chosen.id}${value}`} className={className}>
      {children}
    </div>
  );
}
