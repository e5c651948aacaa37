/** A picture taken here and now. Nothing is sent before it is kept. */

import "@/i18n/intake";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { upload } from "@/features/library/uploads";
import { Button, Dialog } from "@/ui";
import { closeIntake } from "./store";

export default function Camera() {
  const { t } = useTranslation(["intake", "ui"]);
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<string>();
  const [seen, setSeen] = useState(false);
  const [shot, setShot] = useState<{ blob: Blob; url: string } | null>(null);
  const [back, setBack] = useState(true);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    const see = async () => {
      try {
        // Without HTTPS, browsers have no camera to offer.
        if (!("mediaDevices" in navigator)) return setTrouble(t("camera.insecure"));
        const found = await navigator.mediaDevices.getUserMedia({ video: { facingMode: back ? "environment" : "user", width: { ideal: 3840 }, height: { ideal: 2160 } } });
        if (gone) return found.getTracks().forEach((track) => track.stop());
        stream = found;
        if (video.current) video.current.srcObject = found;
        setTrouble(undefined);
      } catch (error) {
        setTrouble(t(error instanceof DOMException && error.name === "NotAllowedError" ? "camera.denied" : "camera.none"));
      }
    };
    void see();
    return () => {
      gone = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, [t, back]);
  useEffect(
    () => () => {
      if (shot) URL.revokeObjectURL(shot.url);
    },
    [shot],
  );
  const take = useCallback(() => {
    const source = video.current;
    if (!source || source.videoWidth === 0) return;
    const canvas = document.createElement("canvas");
    canvas.width = source.videoWidth;
    canvas.height = source.videoHeight;
    canvas.getContext("2d")!.drawImage(source, 0, 0);
    canvas.toBlob((blob) => blob && setShot({ blob, url: URL.createObjectURL(blob) }), "image/jpeg", 0.95);
  }, []);
  const keep = () => {
    if (!shot) return;
    const name = `${t("camera.name")} ${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.jpg`;
    void upload([new File([shot.blob], name, { type: "image/jpeg" })]);
    closeIntake();
  };
  return (
    <Dialog
      title={t("camera.title")}
      open
      onClose={closeIntake}
     
      footer={
        shot ? (
          <>
            <Button onClick={() => setShot(null)}>{t("camera.again")}</Button>
            <Button look="primary" onClick={keep}>
              {t("camera.keep")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={closeIntake}>{t("ui:cancel")}</Button>
            <Button onClick={() => setBack(!back)}>{t("camera.turn")}</Button>
            <Button look="primary" disabled={!seen || trouble !== undefined} onClick={take}>
              {t("camera.take")}
            </Button>
          </>
        )
      }
    >
      {trouble !== undefined && (
        <p role="alert" className="text-sm text-bad">
          {trouble}
        </p>
      )}
      <div className="grid overflow-hidden rounded-lg bg-sunken">
        <video ref={video} autoPlay playsInline muted aria-label={t("camera.title")} onLoadedMetadata={() => setSeen(true)} className={shot || trouble !== undefined ? "hidden" : "max-h-[60dvh] w-full object-contain"} />
        {shot && <img src={shot.url} alt={t("camera.shot")} className="max-h-[60dvh] w-full object-contain" />}
      </div>
    </Dialog>
  );
}
