// What deliveries ask of the service before they can send: the device lists of users, the bundles of devices.
// Guarantees: a question has at most as many users or devices as limits.h allows, and there are as many questions as
// that takes; an answer is learnt once, whether or not a message still waits for it.
// Does not decide who is asked for, nor how often: the machines do.
#pragma once

#include "client/link/out.h"
#include "client/messages/delivery.h"

namespace wa::client {

// Of one set of questions: how many left, and whether one could not.
struct AskedParts { std::uint8_t open = 0; bool failed = false; };
// `message_id`: of the message that waits for these answers alone; empty for DirectDelivery, which hears any that fits.
// `by_other_id`: what is learnt is of use under the id that they are not asked by.
AskedParts ask_device_lists(const std::vector<wire::Jid>& users, const std::string& message_id, Out&, Turn&,
                            bool by_other_id = false);
AskedParts ask_bundles(const std::vector<wire::Jid>& devices, const std::string& message_id, Out&, Turn&);

// Lists go to the rows of devices, bundles become sessions.
ListsAnswer learn(const DeviceQuery&, const QueryAnswer&, Turn&);
BundlesAnswer learn(const BundleQuery&, const QueryAnswer&, const Account&, Turn&);

}  // namespace wa::client
