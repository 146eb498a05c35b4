// Which devices may speak for the own account (03 section 3, 04 section 13). The account's key is known from pairing: the
// phone is the device with that identity, and a companion is one whose device-identity that key signed. A proof is kept
// with the identity (signal::store_identity), for only first messages carry one.
// Guarantees: nobody speaks as the phone with another identity; a companion that gave a proof is replaced only by a proof.
// Contents of a companion that never gave one are told as unverified: some clients send none.
#pragma once

#include "client/rows/account.h"

namespace wa::client {

enum class Standing : std::uint8_t { forged, unproven, proven };

// `device` is of the own user. `device_identity`: the ADVSignedDeviceIdentity that came with it, or empty. Keeps a new proof.
Standing standing_of(store::Txn&, const Account&, const wire::Jid& device, ByteView device_identity,
                     const crypto::PublicKey& identity);
// Of the session we would write to this device with; forged when there is none.
Standing standing_of_session(store::Txn&, const Account&, const wire::Jid& device);
// Once per login: sessions with the own phone that were made with another identity go, and with them the keys of groups
// that came through them. What is needed is fetched again.
void drop_forged_phone(store::Txn&, const Account&);

}  // namespace wa::client
