import { compileBundle } from '../start/bundle.ts';

// A thread of workflows starts from what V8 has compiled, as the worker whose thread it is.
compileBundle('workflow-thread', { cached: true }).start();
