export { draftOf, useDrafts } from "./drafts";
export { FormFields } from "./Form";
export { ModelField } from "./ModelField";
export { DRAGGED, PictureField } from "./PictureField";
export { RunButton } from "./RunButton";
export { said } from "./said";
export { humane, type Schema } from "./schema";
export { newRoll, written } from "./wild";
export { useForm, type Form } from "./useForm";
