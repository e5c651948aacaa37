/** The ways into the library that want a word first, whichever page they are opened from. */

import { lazy, Suspense } from "react";
import { patient } from "@/lib/later";
import { useIntake } from "./store";

const DIALOGS = {
  urls: lazy(patient(() => import("./Urls"))),
  zip: lazy(patient(() => import("./Zip"))),
  camera: lazy(patient(() => import("./Camera"))),
  stock: lazy(patient(() => import("./Stock"))),
};

export function Intake() {
  const way = useIntake((state) => state.way);
  if (way === null) return null;
  const Now = DIALOGS[way];
  return (
    <Suspense>
      <Now />
    </Suspense>
  );
}
