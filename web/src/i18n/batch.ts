/** The words of work with many rows: they come with the page that says them. */

import english from "./en/batch.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "batch", english);
