export { default } from "./MaskEditor";
export type { MaskHandle } from "./MaskEditor";
