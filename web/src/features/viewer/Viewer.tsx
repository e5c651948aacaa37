/** One picture over the whole page, with all that can be done with it. */

import { useQuery } from "@tanstack/react-query";
import { useCanGoBack, useNavigate, useRouter } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, Ellipsis, Info, SquareSplitHorizontal, X } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { assetOf, type Asset } from "@/api";
import { useAssetActions } from "@/features/assets/actions";
import { Playing } from "@/features/assets/Playing";
import { Still, useStage, useZoomActions, ZoomBar } from "@/features/compare";
import { looked } from "@/features/keeping/looked";
import { pixels } from "@/lib/format";
import { patient } from "@/lib/later";
import { useMedia } from "@/lib/media";
import { useActions, type Action } from "@/shell/actions";
import { Button, buttonClass, Dialog, Empty, IconButton, Menu } from "@/ui";
import { CompareMenu } from "./CompareMenu";
import { neighbour } from "./sequence";
import { swipes } from "./swipe";

const Compare = lazy(patient(() => import("@/features/compare/Compare")));
const About = lazy(patient(() => import("@/features/library/Details").then((module) => ({ default: module.About }))));

/** How many actions have a button of their own; the others are in the menu. */
const BUTTONS = { wide: 6, narrow: 2 };
const INSETS = { top: 16, right: 16, bottom: 64, left: 16 };

export default function Viewer({ id }: { id: string }) {
  const { t } = useTranslation("assets");
  const { data: asset, isError } = useQuery(assetOf(id));
  const close = useClose();
  const root = useRef<HTMLDivElement>(null);
  const [other, setOther] = useState<Asset | null>(null);
  useEffect(() => setOther(null), [id]);
  useEffect(() => looked(id), [id]);
  return (
    // Escape closes one level: a comparison first.
    <Dialog title={asset?.title ?? t("viewer.title")} open onClose={other ? () => setOther(null) : close} sheet="full" look="bare" className="!bg-canvas" initialFocus={() => root.current?.closest<HTMLElement>("[role=dialog]") ?? null}>
      <div ref={root} className="flex size-full min-h-0 flex-col">
        {asset ? <Shown asset={asset} onClose={close} other={other} onOther={setOther} /> : isError && <Gone onClose={close} />}
      </div>
    </Dialog>
  );
}

/** Back to where it was opened from; off the address where it was opened by its address. */
function useClose(): () => void {
  const router = useRouter();
  const navigate = useNavigate();
  const back = useCanGoBack();
  return useCallback(() => {
    if (back) router.history.back();
    else void navigate({ to: ".", search: (now) => ({ ...now, view: undefined }), replace: true });
  }, [router, navigate, back]);
}

function Gone({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("assets");
  return (
    <div className="grid size-full place-items-center">
      <Empty title={t("viewer.gone")} actions={<Button onClick={onClose}>{t("viewer.close")}</Button>}>
        {t("viewer.goneText")}
      </Empty>
    </div>
  );
}

interface ShownProps {
  asset: Asset;
  onClose: () => void;
  /** What it is compared with. */
  other: Asset | null;
  onOther: (other: Asset | null) => void;
}

function Shown({ asset, onClose, other, onOther: setOther }: ShownProps) {
  const { t } = useTranslation("assets");
  const wide = useMedia("(min-width: 900px)");
  const [details, setDetails] = useState(false);
  const chooser = useRef<HTMLButtonElement>(null);
  const stage = useStage(asset, { insets: INSETS, arrows: false });
  const { prev, next } = useNeighbours(asset.id);
  const navigate = useNavigate();
  const picture = asset.kind === "image";

  const show = useCallback((id: string | null) => id !== null && void navigate({ to: ".", search: (now) => ({ ...now, view: id }), replace: true }), [navigate]);

  const { camera } = stage;
  const zooms = useZoomActions(camera);
  const mine = useMemo<Action[]>(
    () => [
      { id: "viewer.prev", name: t("viewer.previous"), icon: ChevronLeft, keys: "arrowleft", disabled: prev === null, perform: () => show(prev) },
      { id: "viewer.next", name: t("viewer.next"), icon: ChevronRight, keys: "arrowright", disabled: next === null, perform: () => show(next) },
      { id: "viewer.details", name: t("viewer.details"), icon: Info, keys: "i", on: details, perform: () => setDetails(!details) },
      ...(picture
        ? [
            { id: "viewer.toggle", name: t("viewer.toggle"), keys: "z", perform: () => (camera.fitted ? camera.zoomTo(1) : camera.fit()) },
            { id: "viewer.compare", name: other ? t("viewer.endCompare") : t("viewer.compare"), icon: SquareSplitHorizontal, keys: "c", on: other !== null, perform: () => (other ? setOther(null) : chooser.current?.click()) },
            ...(other ? [] : zooms),
          ]
        : []),
    ],
    [t, prev, next, show, details, other, setOther, picture, camera, zooms],
  );
  const all = useAssetActions(asset);
  const asActions = useMemo(() => {
    const taken = new Set(mine.map((action) => action.keys));
    return all.map((action) => (taken.has(action.keys) ? { ...action, keys: undefined } : action));
  }, [mine, all]);
  const shown = asActions.slice(0, wide ? BUTTONS.wide : BUTTONS.narrow);
  const rest = asActions.slice(shown.length);

  const turns = useRef({ show, prev, next });
  useEffect(() => {
    turns.current = { show, prev, next };
  });
  const touch = useCallback(
    (element: HTMLDivElement | null) =>
      element ? swipes(element, { able: () => camera.fitted, turn: (way) => turns.current.show(turns.current[way]) }) : undefined,
    [camera],
  );

  return (
    <>
      <Keys actions={mine} more={asActions} />
      <div className="flex h-13 shrink-0 items-center gap-1 border-b border-line bg-panel px-3 max-md:px-1.5">
        <div className="min-w-0 flex-1 pl-1">
          <div className="truncate text-sm font-semibold" aria-hidden>
            {asset.title}
          </div>
          <div className="num truncate text-2xs text-fg-3">
            {asset.deleted_at !== null ? t("viewer.deleted") : asset.kind !== "text" && asset.width > 0 ? pixels(asset.width, asset.height) : ""}
          </div>
        </div>
        {shown.map((action) => (
          <IconButton key={action.id} label={action.name} keys={action.keys} on={action.on} onClick={action.perform} className={action.danger ? "text-bad" : undefined}>
            {action.icon && <action.icon size={17} aria-hidden fill={action.on ? "currentColor" : "none"} />}
          </IconButton>
        ))}
        {picture && (
          <CompareMenu button={chooser} asset={asset} on={other !== null} onEnd={() => setOther(null)} onPick={setOther} />
        )}
        {rest.length > 0 && (
          <Menu
            trigger={
              <button type="button" aria-label={t("more")} className={buttonClass("ghost", "md", "!px-2")}>
                <Ellipsis size={17} aria-hidden />
              </button>
            }
            items={rest.map((action) => ({ id: action.id, label: action.name, keys: action.keys, danger: action.danger, icon: action.icon && <action.icon size={15} aria-hidden />, onSelect: action.perform }))}
          />
        )}
        <IconButton label={t("viewer.details")} keys="i" on={details} onClick={() => setDetails(!details)}>
          <Info size={17} aria-hidden />
        </IconButton>
        <IconButton label={t("viewer.close")} keys="escape" onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </div>
      <div className="flex min-h-0 flex-1">
        <div ref={touch} className="relative min-w-0 flex-1">
          {!picture ? (
            <Playing asset={asset} />
          ) : other ? (
            <Suspense>
              <Compare
                key={`${other.id} ${asset.id}`}
                before={other}
                after={asset}
                labels={{ before: other.title === asset.title ? t("compare.before") : other.title, after: other.title === asset.title ? t("compare.after") : asset.title }}
                arrows={false}
                actions={
                  <Button size="sm" look="ghost" onClick={() => setOther(null)}>
                    {t("viewer.endCompare")}
                  </Button>
                }
              />
            </Suspense>
          ) : (
            <>
              <Still asset={asset} stage={stage} />
              <div className="pointer-events-none absolute inset-x-2 bottom-3 flex justify-center *:pointer-events-auto">
                <ZoomBar camera={camera} />
              </div>
            </>
          )}
          {!other && (
            <>
              <Turn label={t("viewer.previous")} keys="arrowleft" to={prev} onTurn={show} className="left-3">
                <ChevronLeft size={20} aria-hidden />
              </Turn>
              <Turn label={t("viewer.next")} keys="arrowright" to={next} onTurn={show} className="right-3">
                <ChevronRight size={20} aria-hidden />
              </Turn>
            </>
          )}
        </div>
        {details && wide && (
          <aside aria-label={t("viewer.details")} className="w-80 shrink-0 overflow-auto border-l border-line bg-panel">
            <Suspense>
              <About assetId={asset.id} onClose={() => setDetails(false)} onGo={show} />
            </Suspense>
          </aside>
        )}
      </div>
      {details && !wide && (
        <Dialog title={t("viewer.details")} open onClose={() => setDetails(false)} sheet="bottom" look="bare" className="overflow-auto">
          <Suspense>
            <About assetId={asset.id} onClose={() => setDetails(false)} onGo={show} />
          </Suspense>
        </Dialog>
      )}
    </>
  );
}

/** Stands first among its siblings, so that its layer is the lowest of those that are heard. */
function Keys({ actions, more }: { actions: readonly Action[]; more: readonly Action[] }) {
  useActions(
    useMemo(() => [...actions, ...more], [actions, more]),
    { modal: true },
  );
  return null;
}

interface TurnProps {
  label: string;
  keys: string;
  to: string | null;
  onTurn: (id: string | null) => void;
  className: string;
  children: React.ReactNode;
}

function Turn({ label, keys, to, onTurn, className, children }: TurnProps) {
  if (to === null) return null;
  return (
    <div className={`absolute top-1/2 -translate-y-1/2 max-md:hidden ${className}`}>
      <IconButton label={label} keys={keys} onClick={() => onTurn(to)} className="!size-10 !rounded-full bg-overlay shadow-card">
        {children}
      </IconButton>
    </div>
  );
}

/** Who stands beside it, with their previews on the way already. */
function useNeighbours(id: string): { prev: string | null; next: string | null } {
  const [found, setFound] = useState<{ prev: string | null; next: string | null }>({ prev: null, next: null });
  useEffect(() => {
    let here = true;
    void Promise.all([neighbour(id, "prev"), neighbour(id, "next")]).then(([prev, next]) => {
      if (!here) return;
      setFound({ prev, next });
      for (const one of [next, prev]) if (one !== null) new Image().src = `/api/assets/${one}/preview`;
    });
    return () => {
      here = false;
    };
  }, [id]);
  return found;
}
