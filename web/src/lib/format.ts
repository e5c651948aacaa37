/** Numbers as a person reads them, in the language that is spoken. */

import { i18n } from "@/i18n";

/** Thousandths of a credit in a US dollar: 1 credit is US$0.01. */
const PER_DOLLAR = 100_000;

const say = <O>(make: (language: string, options: O) => { format: (value: number) => string }) => {
  const made = new Map<string, { format: (value: number) => string }>();
  return (value: number, options: O): string => {
    const key = `${i18n.language}${JSON.stringify(options)}`;
    let format = made.get(key);
    if (!format) made.set(key, (format = make(i18n.language, options)));
    return format.format(value);
  };
};
const number = say((language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options));
const date = say((language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options));

/** `thousandths` of a credit as dollars; small amounts keep what makes them differ from nothing. */
export function dollars(thousandths: number): string {
  const amount = thousandths / PER_DOLLAR;
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? 3 : 2;
  return number(amount, { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", minimumFractionDigits: 2, maximumFractionDigits: digits });
}

export function price(thousandths: number): string {
  return thousandths === 0 ? i18n.t("ui:free") : dollars(thousandths);
}

/** "about 9 s", "about 3 min". */
export function duration(seconds: number): string {
  return seconds < 90 ? i18n.t("ui:seconds", { count: Math.max(1, Math.round(seconds)) }) : i18n.t("ui:minutes", { count: Math.round(seconds / 60) });
}

export function count(value: number): string {
  return number(value, {});
}

export function percent(fraction: number): string {
  return number(fraction, { style: "percent" });
}

export function bytes(value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(units.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));
  const amount = value / 1000 ** step;
  return number(amount, { style: "unit", unit: units[step], unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: amount < 10 && step > 0 ? 1 : 0 });
}

export function pixels(width: number, height: number): string {
  return `${width} × ${height}`;
}

/** A size in inches, as it is said where it is printed. */
export function onPaper(across: number, down: number, inches: boolean): string {
  const side = (value: number) => number(inches ? value : value * 2.54, { maximumFractionDigits: 1 });
  return `${side(across)} × ${side(down)} ${inches ? "in" : "cm"}`;
}

export function day(iso: string): string {
  return date(Date.parse(iso), { day: "numeric", month: "long", year: "numeric" });
}

export function time(iso: string): string {
  return date(Date.parse(iso), { hour: "numeric", minute: "2-digit" });
}

/** The time of today, else the day and the time. */
export function moment(iso: string): string {
  const today = new Date().toDateString() === new Date(iso).toDateString();
  return today ? time(iso) : date(Date.parse(iso), { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
}

/** A kind of file as people write it: JPEG, WebP. */
export function fileKind(type: string): string {
  return type === "webp" ? "WebP" : type.toUpperCase();
}
