import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api";
import { useConnection } from "@/live/live";

/** A short break is nobody's business. */
const PATIENCE_MS = 1500;

/** Says when the studio is away; when it is back, whatever failed meanwhile is asked for again. */
export function Connection() {
  const { t } = useTranslation("shell");
  const { state, since } = useConnection();
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    if (state !== "lost") return setPatient(true);
    const timer = setTimeout(() => setPatient(false), Math.max(0, since + PATIENCE_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [state, since]);
  useEffect(() => {
    if (state === "live") void cache.refetchQueries({ predicate: (query) => query.state.status === "error" });
  }, [state]);
  if (state !== "lost" || patient) return null;
  return (
    <div role="status" className="fixed inset-x-0 top-0 z-40 flex min-h-8 items-center justify-center gap-2 bg-warn-soft px-3 py-1.5 text-center text-xs font-medium text-warn backdrop-blur-md">
      <CloudOff size={14} className="shrink-0" aria-hidden />
      {t("offline")}
    </div>
  );
}
