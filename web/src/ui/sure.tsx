import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Dialog } from "./dialog";

interface SureProps {
  title: string;
  /** What it means, and whether it can be taken back. */
  text: string;
  /** What the button says that does it. */
  act: string;
  look?: "danger" | "primary";
  open: boolean;
  onClose: () => void;
  onSure: () => void;
}

/** Asks once more before something that is not easily taken back. */
export function Sure({ title, text, act, look = "danger", open, onClose, onSure }: SureProps) {
  const { t } = useTranslation("ui");
  return (
    <Dialog
      title={title}
      open={open}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            look={look}
            onClick={() => {
              onClose();
              onSure();
            }}
          >
            {act}
          </Button>
        </>
      }
    >
      <p className="text-sm text-fg-2">{text}</p>
    </Dialog>
  );
}
