import assert from "node:assert/strict";
import { isBeamfoldError } from "beamfold";
import { view } from "../../lib/array/ndarray.ts";
import { Detector } from "../../lib/azint/detector.ts";
import {
  AzimuthalIntegrator,
  type ImageLike,
  type IntegrateOptions,
  type IntegratorOptions,
} from "../../lib/azint/integrator.ts";
import { Poni } from "../../lib/azint/poni.ts";

const detector = new Detector({ shape: [4, 6], pixelSize: 1e-3 });
const place = { dist: 0.03, poni1: 0, poni2: 0 };
const poni = new Poni({ ...place, detector, wavelength: 1e-10 });

/** A poni as a program without types could give it: no check of its own. */
const anyPoni = (values: Record<string, unknown>): Poni => Object.assign(Object.create(Poni.prototype), poni, values);

function refused(run: () => unknown, name: string, message: RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(isBeamfoldError(error, name), String(error));
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("options that make no sense are refused, with the value and the way out", () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ radialBins: undefined }, /radialBins is undefined, expected a number of bins, or a list of edges/],
    [{ radialBins: 0 }, /radialBins is 0, expected 1 or more/],
    [{ radialBins: -3 }, /radialBins is -3, expected 1 or more/],
    [{ radialBins: 2.5 }, /radialBins is 2.5, expected 1 or more/],
    [{ radialBins: [1] }, /radialBins has 1 edges, expected 2 or more/],
    [{ radialBins: [0, 2, 1] }, /edge 2 of radialBins is 1, after 2; edges must grow: sort them/],
    [{ radialBins: [0, 1, 1] }, /edge 2 of radialBins is 1, after 1/],
    [{ radialBins: [0, NaN] }, /edge 1 of radialBins is NaN/],
    [{ azimuthBins: 0 }, /azimuthBins is 0, expected 1 or more/],
    [{ azimuthBins: [360, 0] }, /edge 1 of azimuthBins is 0, after 360/],
    [{ splitting: 0 }, /splitting is 0, expected a whole number from 1/],
    [{ splitting: 1.5 }, /splitting is 1.5, expected a whole number from 1/],
    [{ polarization: 1.1 }, /polarization is 1.1, expected a factor from -1 to 1/],
    [{ polarization: NaN }, /polarization is NaN/],
    [{ unit: "D" }, /unit is "D", expected one of "q", "2th", "d", "r"; did you mean "d"\?/],
    [{ errorModel: "poison" }, /errorModel is "poison", expected "poisson"/],
    [{ detector: 5 }, /detector is 5, expected a Detector/],
    [{ solidAngle: "false" }, /^AzimuthalIntegrator: solidAngle is "false", expected true or false$/],
    [{ normalized: 0 }, /^AzimuthalIntegrator: normalized is 0, expected true or false$/],
    [{ maskSentinels: null }, /^AzimuthalIntegrator: maskSentinels is null, expected true or false$/],
    [{ progress: true }, /^AzimuthalIntegrator: progress is true, expected a function, such as \(done\) => /],
  ];
  for (const [options, message] of cases) {
    const make = () => new AzimuthalIntegrator(poni, { radialBins: 5, ...options } as IntegratorOptions);
    refused(make, "OptionError", message);
  }
  refused(() => new AzimuthalIntegrator(poni, undefined as never), "OptionError", /no options were given/);
});

Deno.test("an option that is unknown is refused, with the closest one and all that there are", () => {
  const all = '"radialBins", "azimuthBins", "unit", "detector", "splitting", "solidAngle", "polarization", "mask", ' +
    '"errorModel", "normalized", "maskSentinels", "progress"';
  const cases: [Record<string, unknown>, string][] = [
    [{ maskSentinel: true }, `"maskSentinel", expected one of ${all}; did you mean "maskSentinels"?`],
    [{ radialbins: 3 }, `"radialbins", expected one of ${all}; did you mean "radialBins"?`],
    [{ wavelength: 1e-10 }, `"wavelength", expected one of ${all}`],
    [{ toString: 1 }, `"toString", expected one of ${all}`],
  ];
  for (const [options, message] of cases) {
    const make = () => new AzimuthalIntegrator(poni, { radialBins: 5, ...options });
    assert.throws(make, { name: "OptionError", message: `AzimuthalIntegrator: there is no option ${message}` });
  }
  const misspelt = { radialBin: 5 } as unknown as IntegratorOptions;
  refused(() => new AzimuthalIntegrator(poni, misspelt), "OptionError", /"radialBin".*did you mean "radialBins"\?$/);
});

Deno.test("an option that is unknown is refused for one image, too, and what is no options", () => {
  const integrator = new AzimuthalIntegrator(poni, { radialBins: 5 });
  const image = view(new Uint8Array(24), [4, 6]);
  const cases: [unknown, string][] = [
    [{ maks: image }, 'there is no option "maks", expected one of "mask"; did you mean "mask"?'],
    [{ normalized: false }, 'there is no option "normalized", expected one of "mask"'],
    [image, 'there is no option "data", expected one of "mask"'],
    [null, 'the options are null, expected an object with "mask"'],
    [true, 'the options are true, expected an object with "mask"'],
  ];
  for (const [options, message] of cases) {
    const integrate = () => integrator.integrate(image, options as IntegrateOptions);
    assert.throws(integrate, { name: "OptionError", message: `integrate: ${message}` });
  }
});

Deno.test("options that are undefined are as if left out", () => {
  const names = ["azimuthBins", "unit", "detector", "splitting", "solidAngle", "polarization", "mask", "errorModel"];
  const none = Object.fromEntries(
    [...names, "normalized", "maskSentinels", "progress"].map((name) => [name, undefined]),
  );
  const integrator = new AzimuthalIntegrator(poni, { ...none, radialBins: 5 });
  const image = view(Uint8Array.from({ length: 24 }, (_, i) => i), [4, 6]);
  const { intensity } = new AzimuthalIntegrator(poni, { radialBins: 5 }).integrate(image);
  assert.deepEqual(integrator.integrate(image, { mask: undefined }).intensity.data, intensity.data);
  assert.deepEqual(integrator.integrate(image, undefined).intensity.data, intensity.data);
});

Deno.test("a geometry that makes no sense is refused", () => {
  const of = (values: Record<string, unknown>, unit: "q" | "2th" = "q") => () =>
    new AzimuthalIntegrator(anyPoni(values), { radialBins: 5, unit });
  refused(of({ dist: 0 }), "OptionError", /dist of the poni is 0 m, expected more than 0/);
  refused(of({ dist: -0.2 }), "OptionError", /dist of the poni is -0.2 m/);
  refused(of({ rot1: NaN }), "OptionError", /rot1 of the poni is NaN, expected a number/);
  refused(of({ wavelength: 1 }), "OptionError", /a wavelength in metres, such as 1e-10; 1\.0 looks like ångström/);
  refused(of({ wavelength: 0.7 }), "OptionError", /a wavelength in metres, such as 1e-10; 0\.7 looks like ångström/);
  refused(of({ wavelength: 0 }), "OptionError", /wavelength of the poni is 0/);
  refused(of({ wavelength: undefined }), "OptionError", /unit "q" needs the wavelength.*"2th"/);
  refused(of({ detector: undefined }), "OptionError", /neither the poni nor the options name a detector/);
  assert.equal(of({ wavelength: undefined }, "2th")().radialAxis.length, 5);
  const single = new Poni({ ...place, poni1: 5e-4, poni2: 5e-4, wavelength: 1e-10 });
  const options = { detector: new Detector({ shape: [1, 1], pixelSize: 1e-3 }), radialBins: 3, unit: "d" } as const;
  refused(() => new AzimuthalIntegrator(single, options), "OptionError", /no pixel has a value in the unit "d"/);
});

Deno.test("the detector of the options goes before that of the poni", () => {
  const other = new Detector({ shape: [2, 3], pixelSize: 1e-3 });
  const integrator = new AzimuthalIntegrator(poni, { radialBins: 2, detector: other });
  integrator.integrate({ data: new Uint8Array(6), shape: [2, 3] });
});

Deno.test("images and masks of another shape are refused", () => {
  const integrator = new AzimuthalIntegrator(poni, { radialBins: 5 });
  const cases: [unknown, RegExp][] = [
    [view(new Uint8Array(20), [4, 5]), /its shape is \[4, 5\], expected an array of shape \[4, 6\]/],
    [view(new Uint8Array(24), [6, 4]), /its shape is \[6, 4\].*rows and columns may be swapped/],
    [view(new Uint8Array(24), [1, 4, 6]), /its shape is \[1, 4, 6\]/],
    [{ data: new Uint8Array(23), shape: [4, 6] }, /it has 23 elements.*24 elements/],
    [{ data: [1, 2], shape: [1, 2] }, /expected an array of shape/],
    [undefined, /found undefined, expected an array of shape/],
  ];
  const image = view(new Uint8Array(24), [4, 6]);
  for (const [value, message] of cases) {
    refused(() => integrator.integrate(value as ImageLike), "ArrayError", new RegExp(`the image .*${message.source}`));
    if (value === undefined) continue;
    const mask = value as ImageLike;
    refused(() => integrator.integrate(image, { mask }), "ArrayError", new RegExp(`the mask .*${message.source}`));
    refused(() => new AzimuthalIntegrator(poni, { radialBins: 5, mask }), "ArrayError", /the mask/);
  }
});
