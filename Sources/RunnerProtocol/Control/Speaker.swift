package import PluginLoading

/// Which plugin of a runner says something, and what it proves that with (RS-13).
package struct Speaker: Hashable, Sendable {
    /// Its place in the runner.
    package var seat: UInt32
    /// What its host has given its instance.
    package var token: RegistrationToken

    package init(seat: UInt32, token: RegistrationToken) {
        self.seat = seat
        self.token = token
    }
}

extension FrameWriter {
    mutating func append(_ token: RegistrationToken) {
        append(token.high)
        append(token.low)
    }

    mutating func append(_ speaker: Speaker) {
        append(speaker.seat)
        append(speaker.token)
    }
}

extension FrameReader {
    mutating func readToken() throws(FrameError) -> RegistrationToken {
        RegistrationToken(high: try readUInt64(), low: try readUInt64())
    }

    mutating func readSpeaker() throws(FrameError) -> Speaker {
        Speaker(seat: try readUInt32(), token: try readToken())
    }
}
