export { default, type Mode } from "./Compare";
export { Frame, Pixels } from "./Pixels";
export { useStage, type Stage } from "./stage";
export { STAGE, Still } from "./Still";
export { useZoomActions, ZoomBar } from "./ZoomBar";
