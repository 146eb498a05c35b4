// tested by sim/sim_test.cpp
// Files that simulated people send and open, and what their phone does when it is asked for one again (09 section 7).
#include "base/encoding.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "crypto/media_cipher.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

constexpr const char* kRetryInfo = "WhatsApp Media Retry Notification";

Bytes text_field(std::uint8_t number, std::string_view text) {
  Bytes out{static_cast<std::uint8_t>(number << 3 | 2), static_cast<std::uint8_t>(text.size())};
  append(out, view(text));
  return out;
}

}  // namespace

std::string send_media(Server& server, Account& from, const std::string& to, ByteView plain,
                       const MediaOptions& options) {
  phone(server, from);
  account(server, to);
  const std::string id = message_id(server);
  FileSaid file;
  file.kind = options.kind;
  file.mimetype = options.mimetype;
  file.caption = options.caption;
  file.file_name = options.file_name;
  file.key = server.random.bytes(32);
  Bytes sealed = crypto::media_encrypt(file.key, media_info(file.kind), plain);
  file.sha256 = to_bytes(crypto::sha256(plain));
  file.enc_sha256 = to_bytes(crypto::sha256(sealed));
  file.bytes = plain.size();
  file.direct_path = store_chat_media(server, sealed);
  server.sent_files[id] = {file.kind, file.key, std::move(sealed)};
  TextOptions said;
  said.group = options.group;
  return send_plaintext(server, from, to, media_message(file, options, server.now.wall.seconds()), said, id);
}

void open_file(Server& server, const Device& at, const Device& from, const std::string& id, const FileSaid& file,
               bool own_copy, bool repeated) {
  const auto stored = server.media.find(file.direct_path);
  if (stored == server.media.end()) return server.violation("a message names a file that nobody uploaded");
  if (file.key.size() != 32 || file.sha256.size() != 32 || file.enc_sha256.size() != 32 || file.mimetype.empty()) {
    return server.violation("a message does not say all of its file");
  }
  const crypto::MediaFile about{file.key, file.sha256, file.enc_sha256, file.bytes};
  const auto plain = crypto::media_decrypt(about, media_info(file.kind), stored->second);
  if (!plain) return server.violation("a file does not open at its receiver");
  server.sent_files[id] = {file.kind, file.key, stored->second};   // the own phone has a copy, too
  server.fact(FileOpened{from.account->pn, at.account->pn, id, file.kind, hex(crypto::sha256(*plain)), file.caption,
                         file.mimetype, file.file_name, plain->size(), at.number, own_copy, repeated});
}

// <receipt type="server-error">: the phone uploads the file again, if it has it.
void on_server_error(Server& server, Connection& connection, const Node& receipt) {
  Account& owner = *connection.device->account;
  const std::string id = receipt.text_attr("id");
  Node ack("ack");
  ack.attr("class", "receipt").attr("id", id).attr("type", "server-error");
  send(server, connection, ack.attr("from", receipt.text_attr("to")));
  const Node* encrypt = receipt.child_named("encrypt");
  const Node* rmr = receipt.child_named("rmr");
  const Node* sealed = encrypt ? encrypt->child_named("enc_p") : nullptr;
  const Node* iv = encrypt ? encrypt->child_named("enc_iv") : nullptr;
  const auto to = receipt.jid_attr("to");
  if (!rmr || !sealed || !iv || iv->content_bytes().size() != 12 || rmr->text_attr("jid").empty() ||
      (rmr->text_attr("from_me") != "true" && rmr->text_attr("from_me") != "false") || !to || to->device != 0 ||
      find_account(server, *to) != &owner) {
    return server.violation("a media retry receipt is malformed");
  }
  const auto known = server.sent_files.find(id);
  Node notification("notification");
  notification.attr("type", "mediaretry").attr("id", id).attr("from", phone(server, owner).pn().user_jid());
  notification.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  bool found = false;
  if (known == server.sent_files.end()) {
    notification.child(Node("error").attr("code", std::uint64_t{2}));
  } else {
    const auto key = crypto::hkdf_sha256<32>(known->second.key, {}, kRetryInfo);
    const auto asked = crypto::gcm_open(key, iv->content_bytes(), view(id), sealed->content_bytes());
    if (!asked || *asked != text_field(1, id)) return server.violation("a media retry receipt does not open");
    found = !server.take_fault(FaultKind::phone_lacks_file).has_value();
    Bytes said = text_field(1, id);
    if (found) append(said, text_field(2, store_chat_media(server, known->second.sealed)));
    append(said, Bytes{3 << 3, static_cast<std::uint8_t>(found ? 1 : 2)});
    const auto fresh = server.random.array<12>();
    Node answer("encrypt");
    answer.child(bytes_node("enc_p", crypto::gcm_seal(key, fresh, view(id), said)));
    notification.child(std::move(answer.child(bytes_node("enc_iv", fresh))));
  }
  server.fact(FileWanted{owner.pn, id, found});
  deliver(server, *connection.device, std::move(notification.child(*rmr)));
}

}  // namespace wa::sim
