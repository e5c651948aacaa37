import { create } from "zustand";

const useSaid = create<{ text: string }>(() => ({ text: "" }));

/** Says it to who listens instead of looking: a start, an end, a failure; never each percent. */
export function announce(text: string): void {
  useSaid.setState({ text });
}

export function Announcer() {
  const text = useSaid((state) => state.text);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
