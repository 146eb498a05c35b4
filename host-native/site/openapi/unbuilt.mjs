// Described, and not built yet: these answer 501 like the routes of unoffered.mjs. A line goes when its endpoint comes.
const table = `
`;

export default new Set(table.trim().split('\n').filter(Boolean));
