/**
 * The event loop, and how to have it turn.
 *
 * @module
 */

/**
 * Lets the event loop turn: timers fire, signals arrive, and a rejected promise that nobody awaits is noticed. By a
 * message to itself, since Node's setImmediate, and timers, take longer to load than a thousand small events.
 */
export class Turns {
  #channel: MessageChannel | undefined;
  #turned: () => void = () => {};

  /** Settled when it has turned. */
  async next(): Promise<void> {
    this.#channel ??= this.#open();
    const { port2 } = this.#channel;
    // A message that is there when the port asks for it is handed over without a turn, once Node's modules are loaded.
    await undefined;
    await new Promise<void>((resolve) => {
      this.#turned = resolve;
      port2.postMessage(undefined);
    });
  }

  /** Ends it: an open port keeps a process alive. */
  close(): void {
    this.#channel?.port1.close();
    this.#channel?.port2.close();
    this.#channel = undefined;
  }

  #open(): MessageChannel {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => this.#turned();
    return channel;
  }
}
