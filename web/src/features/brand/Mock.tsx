/** How a brand looks: its logo on its ground, its colours, a line in each of its fonts. */

import { useTranslation } from "react-i18next";
import { type Form, inRole, light, readable } from "./kit";

export function Mock({ form, large }: { form: Form; large?: boolean }) {
  const { t } = useTranslation("brand");
  const { palette } = form;
  const ground = inRole(palette, "ground");
  const colours = palette.map((shade) => shade.colour);
  const ink = readable(ground, [inRole(palette, "text"), ...colours]);
  const logo = light(ground) < 0.25 ? (form.logo_dark ?? form.logo) : form.logo;
  return (
    <span aria-hidden className={`flex flex-col justify-between ${large ? "min-h-56 p-6" : "min-h-28 p-4"}`} style={{ backgroundColor: ground, color: ink }}>
      <span className="flex items-start justify-between gap-3">
        <span className="min-w-0">
          <span className={`block leading-tight font-semibold ${large ? "text-2xl" : "text-lg"}`} style={{ fontFamily: `"${form.heading}", Georgia, serif` }}>
            {form.title === "" ? t("sample.heading") : form.title}
          </span>
          {large && (
            <span className="mt-1.5 block max-w-80 text-sm" style={{ fontFamily: `"${form.body}", var(--font-sans)` }}>
              {form.voice === "" ? t("sample.body") : form.voice}
            </span>
          )}
        </span>
        {logo !== null && <img src={`/api/assets/${logo}/thumbnail?size=256`} alt="" className={`shrink-0 object-contain ${large ? "max-h-14 max-w-36" : "max-h-8 max-w-20"}`} />}
      </span>
      <span className={`flex overflow-hidden rounded-sm ring-1 ring-current/20 ${large ? "mt-6 h-8" : "mt-4 h-4"}`}>
        {colours.map((colour, index) => (
          <span key={`${colour}${index}`} className="flex-1" style={{ backgroundColor: colour }} />
        ))}
      </span>
    </span>
  );
}
