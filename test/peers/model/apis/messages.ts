import { eventsOf, messageOf } from '../reply.ts';
import { readMessages, type MessagesBody } from '../request.ts';
import type { ModelApi } from './api.ts';

/** Anthropic's Messages API. */
export const messagesApi: ModelApi = {
  name: 'messages',
  matches: (path) => path === '/v1/messages',
  read: (headers, body) => readMessages(headers, body as MessagesBody),
  modelOf: (_path, body) => (body as MessagesBody).model ?? 'scripted',
  streams: (_path, body) => (body as MessagesBody).stream === true,
  whole: (answer, { model, serial }) => messageOf(answer, model, serial),
  chunks: function* (answer, { model, serial }) {
    for (const event of eventsOf(messageOf(answer, model, serial))) {
      yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
    }
  },
  error: ({ type, message }) => ({ type: 'error', error: { type, message }, request_id: 'req_scripted' }),
};
