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
  next(): Promise<void> {
    this.#channel ??= this.#open();
    const { port2 } = this.#channel;
    return new Promise((resolve) => {
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
