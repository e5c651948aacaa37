/** Draws a 3D model by WebGL 2: turned about its middle, lit from where one likes, as a surface or as its edges. */

import { bounds, product, type Part } from "./glb";

export interface Look {
  /** Degrees: about the upright axis, and from above. */
  turn: number;
  tilt: number;
  /** 1 shows all of it. */
  zoom: number;
  /** Degrees about the upright axis from where the light comes. */
  light: number;
  wires: boolean;
  /** Its colours alone, without light and shade. */
  plain: boolean;
}

export const START: Look = { turn: 25, tilt: 12, zoom: 1, light: -36, wires: false, plain: false };

/** The ball around it, seen from 4.5 of its radii away, fills most of the shorter side. */
const LENS = 4.2;

const VERTEX = `#version 300 es
uniform mat4 place, view;
in vec3 point, normal;
in vec2 on;
out vec3 at, up;
out vec2 spot;
void main() {
  vec4 world = place * vec4(point, 1.0);
  at = world.xyz;
  up = mat3(place) * normal;
  spot = on;
  gl_Position = view * world;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D picture;
uniform vec3 colour, light, line;
uniform bool bent, plain, wires;
in vec3 at, up;
in vec2 spot;
out vec4 made;
void main() {
  if (wires) { made = vec4(line, 1.0); return; }
  vec3 flat_ = cross(dFdx(at), dFdy(at));
  vec3 normal = bent ? up : flat_;
  if (dot(normal, flat_) < 0.0) normal = -normal;
  float shade = plain ? 1.0 : 0.5 + 0.6 * max(0.0, dot(normalize(normal), light));
  made = vec4(texture(picture, spot).rgb * colour * shade, 1.0);
}`;

interface Drawn {
  array: WebGLVertexArrayObject;
  wires: WebGLVertexArrayObject;
  corners: number;
  edges: number;
  part: Part;
  texture: WebGLTexture;
}

export class Scene {
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly drawn: Drawn[] = [];
  private readonly middle: [number, number, number];
  private readonly reach: number;

  /** Throws where the browser has no WebGL 2. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    parts: readonly Part[],
  ) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: true });
    if (!gl) throw new Error("no WebGL 2");
    this.gl = gl;
    this.program = linked(gl);
    const { low, high } = bounds(parts);
    this.middle = [0, 1, 2].map((axis) => (low[axis]! + high[axis]!) / 2) as [number, number, number];
    // The ball around it fits at any turn.
    this.reach = Math.max(1e-6, Math.hypot(...[0, 1, 2].map((axis) => (high[axis]! - low[axis]!) / 2)));
    for (const part of parts) this.drawn.push(this.prepared(part));
  }

  /** The textures, when they can be drawn. */
  async dress(): Promise<void> {
    const { gl } = this;
    await Promise.all(
      this.drawn.map(async ({ part, texture }) => {
        if (!part.picture) return;
        const bitmap = await createImageBitmap(part.picture);
        gl.bindTexture(gl.TEXTURE_2D, texture);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
        gl.generateMipmap(gl.TEXTURE_2D);
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
        bitmap.close();
      }),
    );
  }

  draw(look: Look, line: readonly [number, number, number]): void {
    const { gl, canvas, program } = this;
    const dense = Math.min(2, devicePixelRatio);
    const wide = Math.max(1, Math.round(canvas.clientWidth * dense));
    const high = Math.max(1, Math.round(canvas.clientHeight * dense));
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    gl.viewport(0, 0, wide, high);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(program);
    const at = (name: string) => gl.getUniformLocation(program, name);
    gl.uniformMatrix4fv(at("view"), false, this.view(look, wide / high));
    const from = (look.light * Math.PI) / 180;
    const light = [Math.sin(from) * 0.75, 0.65, Math.cos(from) * 0.75];
    const long = Math.hypot(...light);
    gl.uniform3f(at("light"), light[0]! / long, light[1]! / long, light[2]! / long);
    gl.uniform3f(at("line"), ...line);
    gl.uniform1i(at("plain"), look.plain ? 1 : 0);
    gl.uniform1i(at("wires"), look.wires ? 1 : 0);
    for (const { array, wires, corners, edges, part, texture } of this.drawn) {
      gl.uniformMatrix4fv(at("place"), false, part.matrix);
      gl.uniform3f(at("colour"), ...part.colour);
      gl.uniform1i(at("bent"), part.normals ? 1 : 0);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.bindVertexArray(look.wires ? wires : array);
      gl.drawElements(look.wires ? gl.LINES : gl.TRIANGLES, look.wires ? edges : corners, gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);
  }

  close(): void {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** A long lens, some radii away. */
  private view(look: Look, shape: number): Float32Array {
    const [turn, tilt] = [look.turn, look.tilt].map((degrees) => (degrees * Math.PI) / 180) as [number, number];
    const [x, y, z] = this.middle;
    const about = [Math.cos(turn), 0, -Math.sin(turn), 0, 0, 1, 0, 0, Math.sin(turn), 0, Math.cos(turn), 0, 0, 0, 0, 1];
    const over = [1, 0, 0, 0, 0, Math.cos(tilt), Math.sin(tilt), 0, 0, -Math.sin(tilt), Math.cos(tilt), 0, 0, 0, 0, 1];
    const away = (4.5 * this.reach) / look.zoom;
    const home = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -x, -y, -z, 1];
    const back = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -away, 1];
    const [near, far] = [Math.max(away - 1.5 * this.reach, away * 0.02), away + 1.5 * this.reach];
    const tall = LENS * Math.min(1, shape);
    const wide = tall / shape;
    const seen = [wide, 0, 0, 0, 0, tall, 0, 0, 0, 0, -(far + near) / (far - near), -1, 0, 0, (-2 * far * near) / (far - near), 0];
    return new Float32Array(product(seen, product(back, product(over, product(about, home)))));
  }

  private prepared(part: Part): Drawn {
    const { gl, program } = this;
    const into = (name: string, values: Float32Array | null, wide: number) => {
      const where = gl.getAttribLocation(program, name);
      if (where < 0 || !values) return;
      gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(where);
      gl.vertexAttribPointer(where, wide, gl.FLOAT, false, 0, 0);
    };
    const bound = (order: Uint32Array) => {
      const array = gl.createVertexArray();
      gl.bindVertexArray(array);
      into("point", part.points, 3);
      into("normal", part.normals, 3);
      into("on", part.places, 2);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STATIC_DRAW);
      gl.bindVertexArray(null);
      return array;
    };
    const edges = new Uint32Array(part.corners.length * 2);
    for (let at = 0; at + 2 < part.corners.length; at += 3) {
      const [a, b, c] = [part.corners[at]!, part.corners[at + 1]!, part.corners[at + 2]!];
      edges.set([a, b, b, c, c, a], at * 2);
    }
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const grey = part.picture ? [128, 128, 128, 255] : [230, 230, 230, 255];
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(grey));
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    return { array: bound(part.corners), wires: bound(edges), corners: part.corners.length, edges: edges.length, part, texture };
  }
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "program");
  return program;
}
