/** Times as a player and a timeline show them. */

/** 63.25 as "1:03.25". */
export function clock(seconds: number, digits = 2): string {
  const whole = Math.max(0, Number(seconds.toFixed(digits)));
  const minutes = Math.floor(whole / 60);
  const rest = (whole - minutes * 60).toFixed(digits);
  return `${minutes}:${rest.padStart(digits > 0 ? digits + 3 : 2, "0")}`;
}

/** Which picture of a film is seen at this time; a player's clock is not exact to the last bit. */
export function frameAt(seconds: number, fps: number, frames: number): number {
  return Math.min(frames - 1, Math.max(0, Math.floor(seconds * fps + 0.01)));
}

/** The middle of the time in which a picture is seen: there, no rounding shows its neighbour. */
export function middleOf(frame: number, fps: number): number {
  return (frame + 0.5) / fps;
}
