import { useTranslation } from "react-i18next";
import { Dialog, Keys } from "@/ui";
import { useAllActions } from "./actions";

/** Every key that does something here and now. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("shell");
  const actions = useAllActions().filter((action) => action.keys !== undefined);
  const groups = [...new Set(actions.map((action) => action.group ?? ""))];
  return (
    <Dialog title={t("shortcuts.title")} open onClose={onClose}>
      {/* The list may be longer than the dialog: the arrows move it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by the keyboard */}
      <div tabIndex={0} role="group" aria-label={t("shortcuts.title")} className="grid gap-5 outline-none sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group}>
            <h3 className="mb-1.5 text-2xs font-medium text-fg-3">{group || t("groups.here")}</h3>
            <ul>
              {actions
                .filter((action) => (action.group ?? "") === group)
                .map((action) => (
                  <li key={action.id} className="flex min-h-7 items-center justify-between gap-3">
                    <span className="min-w-0">{action.name}</span>
                    <Keys keys={action.keys ?? ""} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
      <p className="mt-5 text-xs text-fg-3">{t("shortcuts.hint")}</p>
    </Dialog>
  );
}
