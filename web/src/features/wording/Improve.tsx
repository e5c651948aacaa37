/** A prompt in other words, beside the one that is there: nothing changes until it is accepted, and that can be undone. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { WandSparkles } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { operations } from "@/api";
import type { Form } from "@/features/forms";
import { soon } from "@/lib/later";
import { Button, Popover } from "@/ui";
import { preferBest, writers } from "./ask";

const Suggestion = lazy(soon(() => import("./Suggestion")));

/** The button under a prompt. Nothing, where nobody answers in words. */
export function Improve({ form }: { form: Form }) {
  const { t } = useTranslation("forms");
  const { data: known } = useSuspenseQuery(operations);
  const [open, setOpen] = useState(false);
  const able = writers(known, "prompt");
  if (able.length === 0) return null;
  return (
    <Popover
      title={t("improve.title")}
      placement="bottom-start"
      className="w-[min(440px,calc(100vw-16px))]"
      open={open}
      onOpenChange={(next) => {
        if (next) preferBest(able);
        setOpen(next);
      }}
      trigger={
        <Button look="ghost" size="sm">
          <WandSparkles size={14} aria-hidden />
          {t("improve.title")}
        </Button>
      }
    >
      {open && (
        <Suspense fallback={<div className="skeleton m-3 h-40" role="status" aria-label={t("improve.asking")} />}>
          <Suggestion form={form} operations={able} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Popover>
  );
}
