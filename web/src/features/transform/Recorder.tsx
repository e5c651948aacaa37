/** What is said into the microphone, as an asset. */

import "@/i18n/footage";
import { Mic, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";
import { clock } from "@/features/footage/times";
import { upload } from "@/features/library/uploads";
import { moment } from "@/lib/format";
import { Button } from "@/ui";

const KINDS = ["audio/webm;codecs=opus", "audio/mp4"];
/** Seconds: what a portrait speaks at most. */
const LONGEST = 600;

export function Recorder({ onDone }: { onDone: (asset: Asset) => void }) {
  const { t } = useTranslation("footage");
  const [state, setState] = useState<"idle" | "recording" | "sending" | "refused">("idle");
  const [seconds, setSeconds] = useState(0);
  const recorder = useRef<MediaRecorder | null>(null);

  const end = () => {
    if (recorder.current?.state === "recording") recorder.current.stop();
  };
  useEffect(() => end, []);
  useEffect(() => {
    if (state !== "recording") return undefined;
    const began = performance.now();
    const timer = setInterval(() => {
      const now = (performance.now() - began) / 1000;
      setSeconds(now);
      if (now >= LONGEST) end();
    }, 200);
    return () => clearInterval(timer);
  }, [state]);

  const begin = async () => {
    try {
      const line = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
      const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
      const made = new MediaRecorder(line, kind === undefined ? {} : { mimeType: kind });
      const pieces: Blob[] = [];
      made.ondataavailable = (event) => void pieces.push(event.data);
      made.onstop = () => {
        line.getTracks().forEach((track) => track.stop());
        setState("sending");
        const name = t("record.name", { when: moment(new Date().toISOString()) });
        void upload([new File(pieces, `${name}.${made.mimeType.includes("mp4") ? "m4a" : "webm"}`, { type: made.mimeType })]).then(([asset]) => {
          setState("idle");
          if (asset?.kind === "audio") onDone(asset);
        });
      };
      recorder.current = made;
      made.start(1000);
      setSeconds(0);
      setState("recording");
    } catch {
      setState("refused");
    }
  };

  // Without a secure address browsers know no microphone.
  if (!("mediaDevices" in navigator) || typeof MediaRecorder === "undefined") return <p className="text-xs text-fg-3">{t("record.cannot")}</p>;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {state === "recording" ? (
        <Button size="sm" onClick={end} className="!text-bad">
          <Square size={13} fill="currentColor" aria-hidden />
          {t("record.stop")}
          <span className="num">{clock(seconds, 0)}</span>
        </Button>
      ) : (
        <Button size="sm" disabled={state === "sending"} onClick={() => void begin()}>
          <Mic size={14} aria-hidden />
          {state === "sending" ? t("record.sending") : t("record.begin")}
        </Button>
      )}
      {state === "refused" && (
        <p role="alert" className="text-xs text-bad">
          {t("record.refused")}
        </p>
      )}
    </div>
  );
}
