import { Camera, ChevronDown, FolderUp, Images, Link2, PackageOpen } from "lucide-react";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { uploadFolder } from "@/features/library/uploads";
import { useActions, type Action } from "@/shell/actions";
import { IconButton, Menu } from "@/ui";
import { openIntake } from "./store";

/** Beside the button that uploads files: the other ways in. */
export function AddMenu() {
  const { t } = useTranslation("library");
  const folder = useRef<HTMLInputElement>(null);
  const archive = useRef<HTMLInputElement>(null);
  const ways = useMemo(
    () => [
      { id: "folder", label: t("add.folder"), icon: FolderUp, onSelect: () => folder.current?.click() },
      { id: "zip", label: t("add.zip"), icon: PackageOpen, onSelect: () => archive.current?.click() },
      { id: "urls", label: t("add.urls"), icon: Link2, onSelect: () => openIntake("urls") },
      { id: "camera", label: t("add.camera"), icon: Camera, onSelect: () => openIntake("camera") },
      { id: "stock", label: t("add.stock"), icon: Images, onSelect: () => openIntake("stock") },
    ],
    [t],
  );
  useActions(useMemo<Action[]>(() => ways.map((way) => ({ id: `library.add.${way.id}`, name: way.label, group: t("group"), icon: way.icon, perform: way.onSelect })), [ways, t]));
  return (
    <>
      <Menu
        placement="bottom-end"
        trigger={
          <IconButton size="sm" label={t("add.more")}>
            <ChevronDown size={15} aria-hidden />
          </IconButton>
        }
        items={ways.map(({ icon: Icon, ...way }) => ({ ...way, icon: <Icon size={15} aria-hidden /> }))}
      />
      <input
        ref={(input) => {
          folder.current = input;
          input?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        aria-label={t("add.folder")}
        className="hidden"
        onChange={(event) => {
          void uploadFolder([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <input
        ref={archive}
        type="file"
        accept=".zip,.cbz,application/zip"
        aria-label={t("add.zip")}
        className="hidden"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) openIntake("zip", file);
          event.target.value = "";
        }}
      />
    </>
  );
}
