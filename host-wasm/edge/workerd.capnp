# The device Worker on a machine of your own, without Cloudflare: README.md, "On one machine". Bindings come from the environment.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .device),
    # Public addresses only: a webhook URL must not reach into your network. A simulated service needs "private" and "local" too.
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
    (name = "objects", disk = (path = "objects", writable = true)),
  ],
  sockets = [ (name = "http", address = "127.0.0.1:8787", http = (), service = "main") ],
);

const device :Workerd.Worker = (
  compatibilityDate = "2026-07-01",
  modules = [
    (name = "worker.js", esModule = embed "dist/worker.js"),
    (name = "core.wasm", wasm = embed "dist/core.wasm"),
  ],
  durableObjectNamespaces = [
    (className = "Device", uniqueKey = "wuts-device-v1", enableSql = true),
    (className = "Registry", uniqueKey = "wuts-registry-v1", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "objects"),
  bindings = [
    (name = "DEVICE", durableObjectNamespace = "Device"),
    (name = "REGISTRY", durableObjectNamespace = "Registry"),
    (name = "MASTER_TOKEN_SHA256", fromEnvironment = "MASTER_TOKEN_SHA256"),
    (name = "TRANSPORT", fromEnvironment = "TRANSPORT"),
    (name = "WS_URL", fromEnvironment = "WS_URL"),
    (name = "APP_VERSION", fromEnvironment = "APP_VERSION"),
    (name = "LINGER_MS", fromEnvironment = "LINGER_MS"),
    (name = "PAIR_HOLD_MS", fromEnvironment = "PAIR_HOLD_MS"),
    (name = "GUARD_MS", fromEnvironment = "GUARD_MS"),
    (name = "POLL_SECONDS_MIN", fromEnvironment = "POLL_SECONDS_MIN"),
    (name = "ALLOW_HTTP_WEBHOOKS", fromEnvironment = "ALLOW_HTTP_WEBHOOKS"),
    (name = "ALLOW_PRIVATE_WEBHOOKS", fromEnvironment = "ALLOW_PRIVATE_WEBHOOKS"),
    (name = "ROOT_KEY", fromEnvironment = "ROOT_KEY"),
    (name = "MEDIA_HOST", fromEnvironment = "MEDIA_HOST"),
  ],
);
