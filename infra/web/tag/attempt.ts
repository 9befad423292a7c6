import { configuration } from "./configuration.ts";

/** Says what went wrong to a developer who asked for it. */
export const warn = (...reasons: unknown[]): void => {
  if (configuration.v) console.warn("actrail", ...reasons);
};

/** Does what may fail for reasons outside this script, so that neither the page nor the rest of the tag stops. */
export const attempt = <Result>(work: () => Result): Result | undefined => {
  try {
    return work();
  } catch (error) {
    return warn(error) as undefined;
  }
};
