// A directory and a gateway that do what the request says: they stand in for the real ones so that the host's loop can
// be tested without a protocol. Devices are named in the path: /d/<device>/<order>.
//   new      starts the device               echo      replies at once, no writes
//   count    adds one to a row, replies it   read      replies the row
//   forget   never replies                   twice     replies twice
//   later    replies at a Tick 50 ms later   remove    replies, then Removed
//   dial     Connect; replies when Closed    memory    replies what this object counted in memory
#pragma once

#include "gateway/directory.h"
