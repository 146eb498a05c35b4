// Published routes this server knows and does not offer: they answer 501, never 404.
const table = `
get /groups groups
post /groups groups
post /groups/join groups
get /groups/{jid} groups
patch /groups/{jid} groups
post /groups/{jid}/participants groups
delete /groups/{jid}/participants groups
get /groups/{jid}/invite groups
post /groups/{jid}/invite/reset groups
delete /groups/{jid}/leave groups
put /groups/{jid}/ephemeral groups
post /groups/{jid}/picture groups
post /communities groups
post /communities/{jid}/participants groups
delete /communities/{jid}/participants groups
post /communities/{jid}/groups groups
delete /communities/{jid}/groups groups
get /newsletters newsletters
post /newsletters newsletters
get /newsletters/{jid} newsletters
get /newsletters/{jid}/invite newsletters
post /newsletters/{jid}/subscribe newsletters
post /newsletters/{jid}/messages newsletters
post /newsletters/{jid}/media newsletters
post /newsletters/{jid}/read newsletters
get /proxy proxy
put /proxy proxy
delete /proxy proxy
get /devices/{id}/proxy proxy
put /devices/{id}/proxy proxy
delete /devices/{id}/proxy proxy
`;

export default table.trim().split('\n').map((line) => {
  const [method, path, family] = line.split(' ');
  return { method, path, family };
});
