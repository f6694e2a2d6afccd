/** Nobody waits for the answer any more: whoever asked for it has ended it or put it otherwise, or somebody else who may has ended it. */
export class Stopped extends Error {
  override name = 'Stopped';
}
