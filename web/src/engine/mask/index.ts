/** The mask editor's engine: bytes, tools and drawing, without a page around it. */

export { Mask, type Mode } from "./mask";
export { COLOURS, LOOK, Overlay, type Colour, type Look } from "./overlay";
export { Painter, TOOLS, type Settings, type State, type Tool } from "./painter";
export { inverse, type Plane } from "./plane";
export { Workshop } from "./workshop";
