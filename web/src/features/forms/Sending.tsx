/** What will be sent, seen before it is: pictures and mask as they go, and every field. Nothing leaves for it. */

import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Problem, problemOf, type Sending } from "@/api";
import { bytes, pixels } from "@/lib/format";
import { Disclosure, Progress } from "@/ui";
import type { Form } from "./useForm";

type Picture = Sending["requests"][number]["pictures"][number];

interface Props {
  form: Form;
  offer: string;
  prepare?: (input: Record<string, unknown>) => Promise<Record<string, unknown>>;
}

interface Found {
  sending: Sending;
  masked: boolean;
  pictures: readonly { picture: Picture; url: string }[];
}

export default function SendingNow({ form, offer, prepare }: Props) {
  const { t } = useTranslation("forms");
  const [found, setFound] = useState<Found | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  // As it was when this was opened: what is typed behind a dialog is nothing.
  const asked = useRef({ op: form.operation.op, offer, input: form.input, prepare });

  useEffect(() => {
    const { op, offer, input, prepare } = asked.current;
    const urls: string[] = [];
    const left = new AbortController();
    void (async () => {
      try {
        const wanted = { op, offer, input: prepare ? await prepare(input) : input };
        const sending = await body(api.POST("/api/runs/preview", { body: wanted as never }));
        const pictures = await Promise.all(
          sending.requests.flatMap((request) => request.pictures).map(async (picture) => {
            const url = URL.createObjectURL(await pictureOf(picture, wanted));
            urls.push(url);
            return { picture, url };
          }),
        );
        if (left.signal.aborted) urls.forEach((url) => URL.revokeObjectURL(url));
        else setFound({ sending, masked: typeof wanted.input["mask"] === "string", pictures });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (!left.signal.aborted) setTrouble(error.message);
      }
    })();
    return () => {
      left.abort();
      urls.forEach((url) => URL.revokeObjectURL(url));
    };
  }, []);

  if (trouble !== null) return <p role="alert" className="text-sm text-bad">{trouble}</p>;
  if (found === null) return <Progress value={null} label={t("sending.composing")} />;
  const { sending, masked, pictures } = found;
  const marks = pictures.find(({ picture }) => picture.marks !== null);
  const order = sending.requests.find((request) => request.buys) ?? sending.requests.at(-1);
  const before = sending.requests.filter((request) => request !== order && request.address !== "");
  const fields = sending.requests.flatMap((request) => request.fields);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm">
        {t("sending.to")} <b className="font-semibold break-all">{hostOf(order?.address ?? "")}</b>
        {", "}
        <span className="num">{t("sending.whole", { bytes: bytes(sending.requests.reduce((sum, request) => sum + request.bytes, 0)) })}</span>
      </p>
      {pictures.filter((one) => one !== marks).map(({ picture, url }, place) => (
        <figure key={url}>
          <div className="relative w-fit max-w-full overflow-hidden rounded-lg border border-line bg-sunken">
            <img src={url} alt={t("sending.picture", { name: picture.name })} className="block max-h-[38vh] max-w-full" />
            {marks && place === 0 && <div className="absolute inset-0 bg-accent opacity-60" style={overlay(marks)} data-marks={marks.picture.marks} />}
          </div>
          <Facts picture={picture} />
        </figure>
      ))}
      {marks && (
        <p className="text-xs text-fg-2">
          {t(`sending.marks.${marks.picture.marks ?? "white"}`)} <Facts picture={marks.picture} inline />
        </p>
      )}
      {masked && !marks && <p className="text-xs text-fg-2">{t("sending.kept")}</p>}
      {before.length > 0 && <p className="text-xs text-fg-2">{t("sending.before", { hosts: [...new Set(before.map((request) => hostOf(request.address)))].join(", ") })}</p>}
      <div className="-mx-4 -mb-4">
        <Disclosure title={t("sending.fields")} hint={fields.length} open={pictures.length === 0}>
          <dl className="num grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-xs">
            {fields.map(({ name, value }, place) => (
              <div key={place} className="contents">
                <dt className="break-all text-fg-3">{name}</dt>
                <dd className="break-words whitespace-pre-wrap">{value}</dd>
              </div>
            ))}
          </dl>
          <p className="text-xs text-fg-3">{t("sending.key")}</p>
        </Disclosure>
      </div>
    </div>
  );
}

function Facts({ picture, inline = false }: { picture: Picture; inline?: boolean }) {
  const size = picture.width !== null && picture.height !== null ? pixels(picture.width, picture.height) : "";
  const text = [picture.name, size, kindOf(picture.type), bytes(picture.bytes)].filter(Boolean).join(" · ");
  return inline ? <span className="num text-fg-3">{text}</span> : <figcaption className="num mt-1.5 text-xs text-fg-2">{text}</figcaption>;
}

async function pictureOf(picture: Picture, wanted: unknown): Promise<Blob> {
  const answer = await fetch(picture.file, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wanted) });
  if (!answer.ok) throw await problemOf(answer);
  return answer.blob();
}

/** Shows only where it may change, in whichever way that is told. */
function overlay({ picture, url }: { picture: Picture; url: string }): React.CSSProperties {
  const told = picture.marks === "white" ? `url("${url}")` : `linear-gradient(#fff, #fff), url("${url}")`;
  return { maskImage: told, maskSize: "100% 100%", maskMode: picture.marks === "alpha" ? "alpha" : "luminance", ...(picture.marks === "white" ? {} : { maskComposite: "exclude" }) };
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

function kindOf(type: string): string {
  return (type.split("/")[1] ?? type).toUpperCase();
}
