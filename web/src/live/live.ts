/**
 * What happens in the team, as it happens: one WebSocket for this tab, resumed at the last event that was seen.
 * Nobody asks for news by a timer.
 */

import { create } from "zustand";
import { awayWhen } from "@/lib/later";

export interface Happening {
  seq: number;
  name: string;
  at: string;
  data: Record<string, unknown>;
}

type Message = { type: "hello" | "resync"; seq: number } | { type: "beat" } | ({ type: "event" } & Happening);

export type Connection = "connecting" | "live" | "lost" | "signed out";

/** `since` is when it was lost, in milliseconds of the clock. */
export const useConnection = create<{ state: Connection; since: number }>(() => ({ state: "connecting", since: 0 }));

awayWhen(() => useConnection.getState().state === "lost");

const SIGNED_OUT = 4401;
const SILENT_MS = 40_000;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8_000;

interface Listener {
  happened: (event: Happening) => void;
  /** Too much was missed: whatever is shown must be asked for again. */
  resync: () => void;
}

export class Live {
  #listener: Listener;
  #socket: WebSocket | null = null;
  #seq: number | null = null;
  #pause = FIRST_PAUSE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(listener: Listener) {
    this.#listener = listener;
    addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#now);
    this.#connect();
  }

  close(): void {
    this.#ended = true;
    removeEventListener("online", this.#now);
    document.removeEventListener("visibilitychange", this.#now);
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#socket?.close();
  }

  /** Someone is looking, or the network is back: try at once instead of after the pause. */
  #now = (): void => {
    if (this.#ended || document.hidden || this.#socket !== null) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  #connect(): void {
    const url = new URL("/api/ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (this.#seq !== null) url.searchParams.set("since", String(this.#seq));
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#listen(socket);
  }

  #listen(socket: WebSocket): void {
    socket.onmessage = (message: MessageEvent<string>) => {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => socket.close(), SILENT_MS);
      this.#take(JSON.parse(message.data) as Message);
    };
    socket.onclose = (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      clearTimeout(this.#silence);
      if (this.#ended) return;
      if (event.code === SIGNED_OUT) return useConnection.setState({ state: "signed out", since: Date.now() });
      if (useConnection.getState().state !== "lost") useConnection.setState({ state: "lost", since: Date.now() });
      // Spread out, so that a studio that starts again is not asked by every tab in the same moment.
      this.#timer = setTimeout(() => this.#connect(), this.#pause * (0.7 + 0.6 * Math.random()));
      this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
    };
  }

  #take(message: Message): void {
    switch (message.type) {
      case "hello":
      case "resync": {
        const fresh = this.#seq === null;
        this.#seq = message.seq;
        this.#pause = FIRST_PAUSE_MS;
        useConnection.setState({ state: "live", since: Date.now() });
        if (message.type === "resync" && !fresh) this.#listener.resync();
        break;
      }
      case "event":
        this.#seq = message.seq;
        this.#listener.happened(message);
        break;
      case "beat":
        break;
    }
  }
}
