// Print what nsfwjs makes of photographs in its own runtime, for probabilities.json.
//
//     npm install nsfwjs@4.4.0 @tensorflow/tfjs@4.22.0 buffer@6.0.3 pngjs@7.0.0
//     pip download --no-deps scikit-image==0.25.2
//     unzip -j scikit_image*.whl 'skimage/data/*.png' -d photographs
//     node probabilities.mjs photographs
//
// The photographs are PNG files: every decoder gives the same pixels.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { load } from "nsfwjs/core";
import { InceptionV3Model } from "nsfwjs/models/inception_v3";
import { MobileNetV2Model } from "nsfwjs/models/mobilenet_v2";
import png from "pngjs";

const SOURCE = "nsfwjs 4.4.0, of photographs in scikit-image 0.25.2";
const CLASSIFIERS = { inception_v3: InceptionV3Model, mobilenet_v2: MobileNetV2Model };
const PHOTOGRAPHS = ["astronaut", "chelsea", "coffee", "motorcycle_left"];

function pixels(file) {
  const { data, height, width } = png.PNG.sync.read(readFileSync(file));
  return tf.tensor3d(new Int32Array(data), [height, width, 4]).slice(0, [height, width, 3]);
}

async function probabilities(definition, folder) {
  const classifier = await load(definition.name, { modelDefinitions: [definition] });
  const found = {};
  for (const name of PHOTOGRAPHS) {
    const output = classifier.infer(pixels(join(folder, `${name}.png`)));
    found[name] = Array.from(await output.data());
  }
  return found;
}

console.info = () => {};
await tf.setBackend("cpu");
const runtime = `TensorFlow.js ${tf.version.tfjs} on ${tf.getBackend()}`;
const found = { source: SOURCE, runtime, probabilities: {} };
for (const [name, definition] of Object.entries(CLASSIFIERS)) {
  found.probabilities[name] = await probabilities(definition, process.argv[2]);
}
console.log(JSON.stringify(found, null, 2));
