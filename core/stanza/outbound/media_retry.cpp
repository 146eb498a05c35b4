// tested by unit/client/media/media_retry_vectors.cpp
#include "stanza/outbound/media_retry.h"

#include "stanza/queries/parts.h"

namespace wa::stanza {

Node build_media_retry(const MediaRetryReceipt& receipt) {
  Node node("receipt");
  node.attr("id", receipt.id).attr("to", receipt.own.without_device()).attr("type", "server-error");
  if (!receipt.chat) node.attr("category", "peer");
  Node encrypt("encrypt");
  encrypt.child(with_bytes("enc_p", receipt.enc_p)).child(with_bytes("enc_iv", receipt.enc_iv));
  node.child(std::move(encrypt));
  if (!receipt.chat) return node;
  Node about("rmr");
  about.attr("jid", *receipt.chat).attr("from_me", receipt.from_me ? "true" : "false");
  if (receipt.participant) about.attr("participant", *receipt.participant);
  node.child(std::move(about));
  return node;
}

}  // namespace wa::stanza
