import "./theme.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { cache } from "./api";
import "./i18n";
import { wearLook } from "./shell/look";
import { router } from "./shell/router";
import { Tips, Toasts } from "./ui";

wearLook();

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <RouterProvider router={router} />
      <Toasts />
      <Tips />
    </QueryClientProvider>
  </StrictMode>,
);
