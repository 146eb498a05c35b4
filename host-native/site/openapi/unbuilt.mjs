// Described, and not built yet: these answer 501 like the routes of unoffered.mjs. A line goes when its endpoint comes.
const table = `
post /send/text/mentions
put /labels/{labelId}
post /chats/{jid}/labels
delete /chats/{jid}/labels/{labelId}
post /messages/{id}/labels
delete /messages/{id}/labels/{labelId}
`;

export default new Set(table.trim().split('\n'));
