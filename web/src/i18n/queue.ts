/** The words of the queue and its workers: they come with the page that says them. */

import english from "./en/queue.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "queue", english);
