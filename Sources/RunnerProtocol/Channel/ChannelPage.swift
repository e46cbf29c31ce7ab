/// The first page of a channel: what the host has made, for the runner to compare with what it knows.
struct ChannelPage {
    let lanes: Int
    let payloadLimit: Int

    init(lanes: Int, payloadLimit: Int) {
        self.lanes = lanes
        self.payloadLimit = payloadLimit
    }

    /// Reads the page of a file, and checks that the file can hold what it says.
    init(reading fields: SharedFields, fileSize: Int64) throws(ChannelSetupError) {
        guard fields.load64(ChannelLayout.magicOffset) == ChannelLayout.magic else {
            throw .incompatible("the file is no channel")
        }
        let version = fields.load32(ChannelLayout.versionOffset)
        guard version == ChannelLayout.version else {
            throw .incompatible("its layout has version \(version), this program knows \(ChannelLayout.version)")
        }
        lanes = Int(fields.load32(ChannelLayout.laneCountOffset))
        payloadLimit = Int(clamping: fields.load64(ChannelLayout.payloadLimitOffset))
        guard (2...ChannelMemory.mostLanes).contains(lanes), fileSize == ChannelLayout.fileSize(lanes: lanes) else {
            throw .incompatible("\(lanes) lanes do not fit \(fileSize) bytes")
        }
        guard (1...ChannelLayout.largestPayload).contains(payloadLimit) else {
            throw .incompatible("a payload can't have \(payloadLimit) bytes")
        }
    }

    func write(to fields: SharedFields) {
        fields.store64(ChannelLayout.magicOffset, ChannelLayout.magic)
        fields.store32(ChannelLayout.versionOffset, ChannelLayout.version)
        fields.store32(ChannelLayout.laneCountOffset, UInt32(lanes))
        fields.store64(ChannelLayout.payloadLimitOffset, UInt64(payloadLimit))
    }
}
