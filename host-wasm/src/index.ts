// The types of every entry point.
export * from './index.web.js';
