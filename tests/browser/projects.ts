/** Name of the project whose browser has no WebGL2. */
export const withoutWebGl = 'without WebGL2';
