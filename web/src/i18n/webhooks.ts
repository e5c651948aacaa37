/** The words of webhooks: they come with the page that says them. */

import english from "./en/webhooks.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "webhooks", english);
