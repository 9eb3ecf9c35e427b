/** Runs once, after the last integration test. */
export { releasePrepared as default } from './global-setup.mjs';
