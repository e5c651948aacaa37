import { useTranslation } from "react-i18next";
import type { Asset } from "@/api";

interface Stock {
  title: string;
  photographer: string;
  photographer_url: string;
  page: string;
  licence: string;
  licence_url: string;
}

/** Whose photograph it is, with the links that its source asks for. */
export function Credit({ asset }: { asset: Asset }) {
  const { t } = useTranslation("library");
  const stock = asset.facts["stock"] as Stock | undefined;
  if (stock === undefined) return null;
  return (
    <p className="px-4 py-3 text-xs text-fg-2">
      {t("credit.by")} <Link to={stock.photographer_url}>{stock.photographer}</Link> {t("credit.on")} <Link to={stock.page}>{stock.title}</Link>
      {" · "}
      <Link to={stock.licence_url}>{stock.licence}</Link>
    </p>
  );
}

function Link({ to, children }: { to: string; children: string }) {
  if (!to.startsWith("https://")) return <bdi>{children}</bdi>;
  return (
    <a href={to} target="_blank" rel="noreferrer" className="text-fg underline underline-offset-2">
      <bdi>{children}</bdi>
    </a>
  );
}
