// The types of every entry point of the simulator.
export * from './simulator.web.js';
