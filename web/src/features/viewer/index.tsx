export { default } from "./Viewer";
