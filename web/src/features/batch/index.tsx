/** Many rows at once: brought in, checked and priced before, followed one by one, taken along at the end. */

export { default } from "./List";
