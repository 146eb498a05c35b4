// Described, and not built yet: these answer 501 like the routes of unoffered.mjs. A line goes when its endpoint comes.
const table = `
post /chats/{jid}/typing
put /chats/{jid}/disappearing
post /presence
post /presence/subscribe
post /send/text/mentions
post /send/location
post /send/contact
post /send/contacts
post /send/poll
post /send/reaction
delete /messages/delete
put /messages/{id}
post /messages/{id}/read
put /labels/{labelId}
post /chats/{jid}/labels
delete /chats/{jid}/labels/{labelId}
post /messages/{id}/labels
delete /messages/{id}/labels/{labelId}
`;

export default new Set(table.trim().split('\n'));
