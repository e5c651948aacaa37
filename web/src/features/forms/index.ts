export { draftOf, useDrafts, type Draft } from "./drafts";
export { FormFields } from "./Form";
export { ModelField } from "./ModelField";
export { DRAGGED, PictureField } from "./PictureField";
export { RunButton } from "./RunButton";
export { said } from "./said";
export { humane, type Field, type Schema, type Values } from "./schema";
export { useForm, type Form } from "./useForm";
