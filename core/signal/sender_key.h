// Group sender keys (04 section 5). Table::sender_keys: "<sender address>/<group>" -> up to kSenderKeyStatesMax states,
// and when they were last of use.
// Guarantees: a message is verified before state is touched; a failed one writes nothing. Proved by sender_key.json.
#pragma once

#include <optional>

#include "base/random.h"
#include "base/time.h"
#include "crypto/curve.h"
#include "signal/address.h"
#include "signal/work.h"
#include "store/store.h"

namespace wa::signal {

// `distribution`: 0x33 || protobuf. Keeps up to kSenderKeyStatesMax states by id. A sender has keys of `most` groups: for
// one more, the group whose key was not used for the longest time gives way.
Result<void> process_distribution(store::Txn&, const std::string& group, const Address& sender, ByteView distribution,
                                  WallTime now = {}, std::size_t most = limits::kSenderKeysPerDeviceMax);
// Errors: no_sender_key (unknown id), bad_signature, duplicate, too_large (a jump over what `work` allows), bad_input.
Result<Bytes> decrypt_sender_key(store::Txn&, const std::string& group, const Address& sender, ByteView wire, Work&,
                                 WallTime now = {});
inline Result<Bytes> decrypt_sender_key(store::Txn& txn, const std::string& group, const Address& sender, ByteView wire) {
  Work work;
  return decrypt_sender_key(txn, group, sender, wire, work);
}

// Sending side. A key is made by the first distribution and used until it is erased.
void erase_sender_key(store::Txn&, const std::string& group, const Address& own);
Bytes create_distribution(store::Txn&, const std::string& group, const Address& own, Random&);
Result<Bytes> encrypt_sender_key(store::Txn&, const std::string& group, const Address& own, ByteView plaintext,
                                 Random&);

}  // namespace wa::signal
