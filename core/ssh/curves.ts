/** What the curves of ECDSA keys are called by SSH and by JWK, the hash that goes with each, and the bytes of a coordinate. */
export const CURVES = {
  nistp256: { jwk: "P-256", hash: "sha256", size: 32 },
  nistp384: { jwk: "P-384", hash: "sha384", size: 48 },
  nistp521: { jwk: "P-521", hash: "sha512", size: 66 },
} as const;

export type CurveName = keyof typeof CURVES;

export function isCurveName(name: string): name is CurveName {
  return Object.hasOwn(CURVES, name);
}
