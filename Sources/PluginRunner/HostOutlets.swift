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
    /// What it asks of the host's services.
    let requests: ServiceRequests

    init(_ socket: MessageSocket, seat: UInt32) {
        self.socket = socket
        self.seat = seat
        requests = ServiceRequests(socket, seat: seat)
    }

    /// The outlets of the instance that is asked for.
    func outlets(for request: CreateRequest) -> HostServices.Outlets {
        let (settings, mayEmit, offered) = (request.settings, request.mayEmit, Set(request.services))
        let patience = request.patience
        return HostServices.Outlets(
            log: { [self] level, text in
                let cut = String(decoding: text.utf8.prefix(Self.limit), as: UTF8.self)
                _ = send(.log(seat: seat, level: level, text: cut))
            },
            emit: { [self] type, data in
                guard type.utf8.count + data.count <= Self.limit else { return PH_BAD_PAYLOAD }
                guard mayEmit else {
                    // The host refuses it, and says so once.
                    _ = send(.event(seat: seat, type: type, data: []))
                    return PH_UNAUTHORISED
                }
                return send(.event(seat: seat, type: type, data: data)) ? PH_OK : PH_BUSY
            },
            configuration: { settings },
            offers: { [self] name in
                if offered.contains(name) { return true }
                // The host says once why it is not offered.
                _ = send(.missed(seat: seat, interface: name))
                return false
            },
            offered: { request.services },
            request: { [requests] call in requests.request(call, patience: patience) }
        )
    }

    private func send(_ message: RunnerMessage) -> Bool {
        dropped.withLock { dropped in
            if dropped > 0, socket.send(RunnerMessage.dropped(seat: seat, count: dropped).bytes) == .sent {
                dropped = 0
            }
            if dropped == 0, socket.send(message.bytes) == .sent { return true }
            dropped += 1
            return false
        }
    }
}
