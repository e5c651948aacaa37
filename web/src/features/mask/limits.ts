/** Diameter of the largest brush, in image pixels. */
export const MOST_BRUSH = 2000;
/** Largest radius by which an edge grows, shrinks or is feathered. */
export const MOST_EDGE = 200;
