export { default } from "./MaskEditor";
export type { MaskEditorProps, MaskHandle } from "./MaskEditor";
