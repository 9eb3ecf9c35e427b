/**
 * A failed expectation shows the line of the test's source, because Jest maps stack traces from outside the test. A
 * worker in debug mode, whose workflows run on the test's own thread, would put its own mapping before that, which knows
 * workflows only: every line shown would be one of the compiled test. So its mapping is not taken.
 */
Object.defineProperty(Error, 'prepareStackTrace', { get: () => undefined, set: () => undefined });
