// Shows what is pushed, and opens the page where it is about. It answers no request, keeps nothing and asks for nothing.

addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    // Something that is not ours: a browser wants something shown for each push.
  }
  const { title = "Gesso", text = "", link = "/", tag = "gesso" } = told;
  event.waitUntil(registration.showNotification(title, { body: text, tag, icon: "/icon.svg", data: { link } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  // A path of this page, wherever the message came from.
  const asked = new URL(event.notification.data?.link ?? "/", location.origin);
  const url = asked.origin === location.origin ? asked.href : location.origin;
  event.waitUntil(
    clients.matchAll({ type: "window", includeUncontrolled: true }).then(async (open) => {
      const page = open.find((one) => one.url === url) ?? open[0];
      if (!page) return clients.openWindow(url);
      await page.focus();
      return page.url === url ? page : page.navigate(url).catch(() => clients.openWindow(url));
    }),
  );
});
