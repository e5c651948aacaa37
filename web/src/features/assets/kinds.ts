/** What an asset is, and by which files it comes in. */

export type Kind = "image" | "audio" | "video" | "mesh";

export const ACCEPTED: Record<Kind, string> = {
  image: "image/*,.heic,.heif",
  audio: "audio/*,.mp3,.m4a,.wav",
  video: "video/mp4,video/quicktime,video/webm",
  mesh: "model/gltf-binary,.glb",
};

/** Texts are kept, and no form takes one. */
export const TEXTS = ".txt,.md,.csv,.json,.srt,.vtt";
