export { Button, IconButton, buttonClass, type ButtonProps } from "./button";
export { Segment, Select, type Choice } from "./choose";
export { cx } from "./cx";
export { Empty, Logo, Progress, Ring } from "./feedback";
export { Checkbox, Disclosure, Label, Switch, TabPanel, Tabs, TextField } from "./field";
export { Slider, Stepper } from "./number";
export { Dialog, Menu, Popover, type MenuItem } from "./overlay";
export { Kbd, Keys, Tip } from "./tip";
export { say, Toasts } from "./toast";
