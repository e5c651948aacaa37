/** The words of boards: they come with the parts that say them. */

import english from "./en/boards.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "boards", english);
