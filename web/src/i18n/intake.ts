/** The words of what comes in and goes out: they come with the dialogs that say them. */

import english from "./en/intake.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "intake", english);
