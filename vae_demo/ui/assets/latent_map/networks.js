// Encoders and decoders of two dimensions, run in the browser: weights in, pictures and codes out.

/** Linear layers with ReLU between them: {widths: [784, 256, 128, 2], numbers: base64}. */
class Network {
  constructor({ widths, numbers }) {
    const all = halfFloats(numbers);
    let at = 0;
    this.layers = widths.slice(1).map((width, i) => ({
      weight: all.subarray(at, (at += widths[i] * width)), // (in, out)
      bias: all.subarray(at, (at += width)),
      output: new Float32Array(width),
    }));
  }

  /** The output is overwritten by the next run. */
  run(x) {
    this.layers.forEach(({ weight, bias, output }, depth) => {
      const width = output.length;
      const on = []; // a zero adds nothing: most pixels of a digit, and half of the ReLUs
      for (let i = 0; i < x.length; i++) if (x[i] !== 0) on.push(i);
      output.set(bias);
      let n = 0;
      for (; n + 3 < on.length; n += 4) {
        // Four inputs at a time take half the time of one: each sum is written once instead of four times.
        const [a, b, c, d] = [x[on[n]], x[on[n + 1]], x[on[n + 2]], x[on[n + 3]]];
        const [p, q, r, s] = [on[n] * width, on[n + 1] * width, on[n + 2] * width, on[n + 3] * width];
        for (let j = 0; j < width; j++)
          output[j] += a * weight[p + j] + b * weight[q + j] + c * weight[r + j] + d * weight[s + j];
      }
      for (; n < on.length; n++) {
        const [a, p] = [x[on[n]], on[n] * width];
        for (let j = 0; j < width; j++) output[j] += a * weight[p + j];
      }
      if (depth < this.layers.length - 1) for (let j = 0; j < width; j++) if (output[j] < 0) output[j] = 0;
      x = output;
    });
    return x;
  }
}

/** An autoencoder: x, 784 numbers in [0, 1], and z, two numbers. */
class Autoencoder {
  constructor({ encoder, decoder }) {
    this.encoder = new Network(encoder);
    this.decoder = new Network(decoder);
    this.variational = encoder.widths.at(-1) === 4; // mu and logvar instead of z
    this.x = new Float32Array(decoder.widths.at(-1));
  }

  encode(x) {
    const out = this.encoder.run(x);
    const sigma = this.variational ? [Math.exp(out[2] / 2), Math.exp(out[3] / 2)] : null;
    return { mu: [out[0], out[1]], sigma };
  }

  /** The picture is overwritten by the next one. */
  decode(z) {
    const logits = this.decoder.run(z);
    for (let i = 0; i < logits.length; i++) this.x[i] = 1 / (1 + Math.exp(-logits[i]));
    return this.x;
  }
}
