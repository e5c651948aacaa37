export { Frame, Pixels } from "./Pixels";
export { useStage } from "./stage";
export { STAGE, Still } from "./Still";
export { useZoomActions, ZoomBar } from "./ZoomBar";
