// AES modes, from mbedTLS on every host. Keys are 32 bytes; authentication failures are Errc::bad_mac.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace wa::crypto {

// AES-256-GCM, 12-byte nonce, 16-byte tag appended to the ciphertext.
Bytes gcm_seal(ByteView key, ByteView nonce, ByteView aad, ByteView plaintext);
Result<Bytes> gcm_open(ByteView key, ByteView nonce, ByteView aad, ByteView sealed);

// AES-256-CBC with PKCS#7, 16-byte iv. Decrypt fails (bad_input) on a wrong size or padding: check a MAC first.
Bytes cbc_encrypt(ByteView key, ByteView iv, ByteView plaintext);
Result<Bytes> cbc_decrypt(ByteView key, ByteView iv, ByteView ciphertext);

// AES-256-CTR, 16-byte iv; its own inverse.
Bytes ctr_xor(ByteView key, ByteView iv, ByteView data);

}  // namespace wa::crypto
