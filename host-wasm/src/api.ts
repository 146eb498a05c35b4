// Everything the entry points share; init() is theirs.
export type { Effect, Headers, Input, LogLevel, Step } from './abi.js';
export { type Clock, type RandomSource, systemClock, systemRandom } from './clock.js';
export * from './commands.js';
export { Device, type DeviceConfig, type DeviceOptions, type Pending, type Trace } from './device.js';
export { type ErrorCode, WutsError } from './errors.js';
export * from './events.js';
export { DurableObjectStore, type SqlStorageLike } from './durable_object_store.js';
export { Fault } from './file_fault.js';
export { type FileSink, type FileStorage, type FilesOptions, blobStorage } from './files.js';
export { type Inspector, runtimeInspector } from './inspect.js';
export { type MediaDownload, type MediaDownloadAnswer, type MediaHosts, type MediaUpload, type MediaUploadAnswer, mediaHosts } from './media_hosts.js';
export { requestBody } from './request_files.js';
export { opfsStorage } from './opfs_files.js';
export { type FetchUpgradeOptions, fetchUpgradeTransport } from './fetch_upgrade.js';
export { type IndexedDbOptions, IndexedDbStore } from './indexeddb_store.js';
export { memoryBytes, version } from './init.js';
export { type MediaAnswer, type MediaFetcher, type MediaRequest, mediaFetcher } from './media.js';
export type { InitInput, InitSource } from './module.js';
export { MemoryStore, type Row, RowMap, type Store, type StoreWrite } from './store.js';
export { type ByteConnect, type ByteSocket, type TcpOptions, serviceHeaders, tcpTransport } from './tcp.js';
export type { Link, LinkEvents, Transport } from './transport.js';
export { type WebhookAnswer, type WebhookPost, type WebhookSender, fetchWebhook } from './webhook.js';
export {
  type RelayOptions, type SocketClass, type SocketLike, type WebSocketOptions, relayTransport, serviceUrl, webSocketTransport,
} from './websocket.js';
