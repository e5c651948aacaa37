/** What was decided of a picture, by whom and when, and the boards that it is on. */

import "@/i18n/boards";
import { useQuery } from "@tanstack/react-query";
import { Link as Way } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { moment } from "@/lib/format";
import { Disclosure } from "@/ui";
import { reviewsOf } from "./api";

export default function Reviews({ asset }: { asset: string }) {
  const { t } = useTranslation("boards");
  const { data: found } = useQuery(reviewsOf(asset));
  if (!found || (found.verdicts.length === 0 && found.boards.length === 0)) return null;
  return (
    <Disclosure title={t("reviews")}>
      {found.boards.length > 0 && (
        <ul className="flex flex-wrap gap-1.5 pb-2">
          {found.boards.map((board) => (
            <li key={board.id}>
              <Way to="/boards" search={{ board: board.id }} className="block max-w-60 truncate rounded-full border border-line px-2.5 py-0.5 text-xs hover:border-line-2">
                <bdi>{board.title}</bdi>
              </Way>
            </li>
          ))}
        </ul>
      )}
      <ol className="flex flex-col gap-2">
        {found.verdicts.map((verdict) => (
          <li key={verdict.at} className="text-xs">
            <p className="text-fg-2">
              {t(`state.${verdict.state}`)}
              {" · "}
              <bdi>{verdict.by}</bdi>
              {` · ${moment(verdict.at)}`}
            </p>
            {verdict.words !== "" && <bdi className="block break-words whitespace-pre-wrap">{verdict.words}</bdi>}
          </li>
        ))}
      </ol>
    </Disclosure>
  );
}
