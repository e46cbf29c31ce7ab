internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import Synchronization

/// Leads what one plugin says to the host, without ever making the plugin wait for it.
final class HostOutlets: Sendable {
    /// Longer texts are cut, and larger events refused.
    private static let limit = 64 << 10

    private let socket: MessageSocket
    private let seat: UInt32
    /// How many records have found no room since the last that did.
    private let dropped = Mutex<UInt64>(0)
    /// The settings that it has taken.
    let settings = Mutex<[UInt8]>([])
    /// What it asks of the host's services.
    let requests: ServiceRequests

    init(_ socket: MessageSocket, seat: UInt32) {
        self.socket = socket
        self.seat = seat
        requests = ServiceRequests(socket)
    }

    /// The outlets of the instance that is asked for.
    func outlets(for request: CreateRequest) -> HostServices.Outlets {
        let (mayEmit, offered) = (request.mayEmit, Set(request.services))
        settings.withLock { $0 = request.settings }
        let patience = request.patience
        let speaker = Speaker(seat: seat, token: request.token)
        return HostServices.Outlets(
            log: { [self] level, text in
                let cut = String(decoding: text.utf8.prefix(Self.limit), as: UTF8.self)
                _ = send(.log(speaker, level: level, text: cut), by: speaker)
            },
            emit: { [self] type, data in
                guard type.utf8.count + data.count <= Self.limit else { return PH_BAD_PAYLOAD }
                guard mayEmit else {
                    // The host refuses it, and says so once.
                    _ = send(.event(speaker, type: type, data: []), by: speaker)
                    return PH_UNAUTHORISED
                }
                return send(.event(speaker, type: type, data: data), by: speaker) ? PH_OK : PH_BUSY
            },
            configuration: { [self] in settings.withLock { $0 } },
            offers: { [self] name in
                if offered.contains(name) { return true }
                // The host says once why it is not offered.
                _ = send(.missed(speaker, interface: name), by: speaker)
                return false
            },
            offered: { request.services },
            request: { [requests] call in requests.request(call, by: speaker, patience: patience) }
        )
    }

    private func send(_ message: RunnerMessage, by speaker: Speaker) -> Bool {
        dropped.withLock { dropped in
            if dropped > 0, socket.send(RunnerMessage.dropped(speaker, count: dropped).bytes) == .sent {
                dropped = 0
            }
            if dropped == 0, socket.send(message.bytes) == .sent { return true }
            dropped += 1
            return false
        }
    }
}
